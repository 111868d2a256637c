import type { Migration } from './index.ts';

const migration: Migration = {
  version: 5,
  name: "callers' money",
  statements: () => [
    // What callers paid with their own provider keys: part of no budget and no total.
    `ALTER TABLE attempts ADD COLUMN caller_cost bigint`,
    `ALTER TABLE calls ADD COLUMN caller_cost bigint`,
    `ALTER TABLE virtual_keys ADD COLUMN allow text`,
  ],
};

export default migration;
