import type { Migration } from './index.ts';

const migration: Migration = {
  version: 10,
  name: 'key prefixes',
  statements: () => [
    // The first letters of a key, so that its holder can find it in a list; its hash does not help with that.
    `ALTER TABLE virtual_keys ADD COLUMN prefix text`,
  ],
};

export default migration;
