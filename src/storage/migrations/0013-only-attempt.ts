import type { Migration } from './index.ts';

const migration: Migration = {
  version: 13,
  name: 'only attempt',
  statements: () => [
    // If a call made a single attempt, what that attempt adds to the call. Attempts of older calls stay rows.
    `ALTER TABLE calls ADD COLUMN attempt_deployment text`,
    `ALTER TABLE calls ADD COLUMN attempt_started_at bigint`,
    `ALTER TABLE calls ADD COLUMN attempt_first_byte_ms double precision`,
    `ALTER TABLE calls ADD COLUMN attempt_duration_ms double precision`,
    `ALTER TABLE calls ADD COLUMN attempt_status bigint`,
  ],
};

export default migration;
