import type { Migration } from './index.ts';

const migration: Migration = {
  version: 11,
  name: 'first words',
  statements: () => [
    // Whoever says something else of a call keeps the place of what was said first: all processes learn in that order.
    `ALTER TABLE outcomes ADD COLUMN first_at bigint`,
  ],
};

export default migration;
