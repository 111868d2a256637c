import type { Migration } from './index.ts';

const migration: Migration = {
  version: 18,
  name: 'use of keys',
  statements: () => [
    // The machine whose own key this is; the key of one that is gone can then be told from the others.
    `ALTER TABLE virtual_keys ADD COLUMN host text`,
    // To the hour.
    `ALTER TABLE virtual_keys ADD COLUMN last_used_at bigint`,
  ],
};

export default migration;
