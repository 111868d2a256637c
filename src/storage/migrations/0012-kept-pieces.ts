import type { Migration } from './index.ts';

const migration: Migration = {
  version: 12,
  name: 'kept pieces',
  statements: ({ clustered }) => [
    // Pieces of answers that a provider stores: only the key that was given a piece may refer to it later.
    `CREATE TABLE kept_pieces (
      piece_id text PRIMARY KEY, call_id text NOT NULL, account text NOT NULL) ${clustered}`,
    `CREATE INDEX kept_pieces_by_call ON kept_pieces (call_id)`,
  ],
};

export default migration;
