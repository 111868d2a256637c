import type { Migration } from './index.ts';

const migration: Migration = {
  version: 11,
  name: 'first words',
  statements: () => [
    // A source that changes its report on a call keeps the place of its first report: all processes learn in that
    // order.
    `ALTER TABLE outcomes ADD COLUMN first_at bigint`,
  ],
};

export default migration;
