import type { Migration } from './index.ts';

const migration: Migration = {
  version: 2,
  name: 'threads',
  statements: ({ clustered }) => [
    `CREATE TABLE threads (
      id text PRIMARY KEY, key_id text NOT NULL, title text NOT NULL, model text,
      created_at bigint NOT NULL, updated_at bigint NOT NULL, expires_at bigint NOT NULL)`,
    `CREATE INDEX threads_by_key ON threads (key_id, updated_at)`,
    `CREATE INDEX threads_by_expiry ON threads (expires_at)`,

    // A file's text is stored once per thread, however many turns attach it.
    `CREATE TABLE thread_texts (
      thread_id text NOT NULL REFERENCES threads (id), hash text NOT NULL, text text NOT NULL,
      PRIMARY KEY (thread_id, hash)) ${clustered}`,

    `CREATE TABLE thread_turns (
      thread_id text NOT NULL REFERENCES threads (id), position bigint NOT NULL,
      role text NOT NULL, text text NOT NULL, files text NOT NULL, at bigint NOT NULL,
      tool text, model text, request_id text,
      PRIMARY KEY (thread_id, position)) ${clustered}`,
  ],
};

export default migration;
