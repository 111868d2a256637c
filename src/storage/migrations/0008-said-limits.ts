import type { Migration } from './index.ts';

const migration: Migration = {
  version: 8,
  name: 'said limits',
  statements: ({ clustered }) => [
    // The limits that providers last reported, until they reset, for processes that have not asked them.
    `CREATE TABLE said_limits (
      deployment text NOT NULL, account text NOT NULL, kind text NOT NULL, most bigint, remaining bigint NOT NULL,
      resets_at bigint NOT NULL, said_at bigint NOT NULL,
      PRIMARY KEY (deployment, account, kind)) ${clustered}`,
  ],
};

export default migration;
