import type { Migration } from './index.ts';

const migration: Migration = {
  version: 3,
  name: 'routing',
  statements: ({ clustered }) => [
    `ALTER TABLE virtual_keys ADD COLUMN routing text`,

    // How a cascade judged its answers, step by step.
    `ALTER TABLE calls ADD COLUMN verdicts text`,
    `CREATE INDEX calls_by_parent ON calls (parent_id) WHERE parent_id IS NOT NULL`,

    // Several processes read each other's outcomes in the order of their ids.
    `ALTER TABLE outcomes ADD COLUMN id text`,
    `CREATE INDEX outcomes_by_time ON outcomes (at)`,

    `CREATE TABLE router_snapshots (
      version bigint PRIMARY KEY, layout bigint NOT NULL, created_at bigint NOT NULL, label text NOT NULL,
      read_up_to bigint NOT NULL, outcomes bigint NOT NULL, state text NOT NULL) ${clustered}`,
    `CREATE TABLE router_settings (name text PRIMARY KEY, value text NOT NULL) ${clustered}`,
  ],
};

export default migration;
