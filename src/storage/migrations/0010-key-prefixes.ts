import type { Migration } from './index.ts';

const migration: Migration = {
  version: 10,
  name: 'key prefixes',
  statements: () => [
    // The first letters of a key, by which whoever holds it finds it in a list; its hash tells nobody anything.
    `ALTER TABLE virtual_keys ADD COLUMN prefix text`,
  ],
};

export default migration;
