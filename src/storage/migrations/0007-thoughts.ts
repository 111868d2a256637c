import type { Migration } from './index.ts';

const migration: Migration = {
  version: 7,
  name: 'thoughts',
  statements: ({ clustered }) => [
    // The account that can decrypt an encrypted thought, by a digest of its proof; a client may send the thought to any
    // process.
    `CREATE TABLE thoughts (
      proof text PRIMARY KEY, call_id text NOT NULL, account text NOT NULL, claudes bigint NOT NULL) ${clustered}`,
    `CREATE INDEX thoughts_by_call ON thoughts (call_id)`,
  ],
};

export default migration;
