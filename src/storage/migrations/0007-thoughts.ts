import type { Migration } from './index.ts';

const migration: Migration = {
  version: 7,
  name: 'thoughts',
  statements: ({ clustered }) => [
    // Whose account can open an encrypted thought, by a digest of its proof; any process may be told the thought again.
    `CREATE TABLE thoughts (
      proof text PRIMARY KEY, call_id text NOT NULL, account text NOT NULL, claudes bigint NOT NULL) ${clustered}`,
    `CREATE INDEX thoughts_by_call ON thoughts (call_id)`,
  ],
};

export default migration;
