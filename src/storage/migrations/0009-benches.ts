import type { Migration } from './index.ts';

const migration: Migration = {
  version: 9,
  name: 'benches',
  statements: ({ clustered }) => [
    // Accounts and deployments that cannot answer for a while, for processes that have not asked them.
    `CREATE TABLE benches (
      account text NOT NULL, deployment text NOT NULL, provider text NOT NULL, credential text NOT NULL,
      code text NOT NULL, benched_at bigint NOT NULL, benched_until bigint NOT NULL, said_at bigint NOT NULL,
      PRIMARY KEY (account, deployment)) ${clustered}`,
  ],
};

export default migration;
