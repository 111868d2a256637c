import type { Migration } from './index.ts';

const migration: Migration = {
  version: 6,
  name: 'kept answers',
  statements: () => [
    // Lets any process find an answer that a provider stores, with the account that it was given to.
    `ALTER TABLE attempts ADD COLUMN reply_id text`,
    `ALTER TABLE attempts ADD COLUMN account text`,
    `CREATE INDEX attempts_by_reply ON attempts (reply_id) WHERE reply_id IS NOT NULL`,
  ],
};

export default migration;
