import type { Migration } from './index.ts';

const migration: Migration = {
  version: 6,
  name: 'kept answers',
  statements: () => [
    // What a provider keeps of its answers is found again with the account that they were given to, by any process.
    `ALTER TABLE attempts ADD COLUMN reply_id text`,
    `ALTER TABLE attempts ADD COLUMN account text`,
    `CREATE INDEX attempts_by_reply ON attempts (reply_id) WHERE reply_id IS NOT NULL`,
  ],
};

export default migration;
