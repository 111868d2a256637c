import type { Migration } from './index.ts';

const migration: Migration = {
  version: 15,
  name: 'local threads',
  statements: () => [
    // 1 if only local models may see the thread; NULL otherwise.
    `ALTER TABLE threads ADD COLUMN local_only bigint`,
  ],
};

export default migration;
