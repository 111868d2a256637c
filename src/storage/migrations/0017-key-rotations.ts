import type { Migration } from './index.ts';

const migration: Migration = {
  version: 17,
  name: 'key rotations',
  statements: () => [
    // The hashes that a key had before: a former secret is accepted until `valid_until`, and known afterwards.
    `CREATE TABLE key_rotations (
      hash text PRIMARY KEY, key_id text NOT NULL REFERENCES virtual_keys (id), prefix text,
      rotated_at bigint NOT NULL, valid_until bigint NOT NULL)`,
    `CREATE INDEX key_rotations_by_key ON key_rotations (key_id)`,
  ],
};

export default migration;
