import type { Migration } from './index.ts';

const migration: Migration = {
  version: 4,
  name: 'rate windows',
  statements: ({ clustered }) => [
    // What a key has used in one second; rows are deleted once they are older than a minute.
    `CREATE TABLE rate_windows (
      key_id text NOT NULL, second bigint NOT NULL, requests bigint NOT NULL, tokens bigint NOT NULL,
      PRIMARY KEY (key_id, second)) ${clustered}`,
  ],
};

export default migration;
