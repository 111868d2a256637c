import type { Migration } from './index.ts';

// Money is in nano-dollars, instants are milliseconds since the epoch, durations are milliseconds with fractions,
// booleans are 0 or 1, lists and objects are JSON text.
const usage = `
  input bigint NOT NULL DEFAULT 0, output bigint NOT NULL DEFAULT 0, cache_read bigint NOT NULL DEFAULT 0,
  cache_write bigint NOT NULL DEFAULT 0, cache_write_long bigint NOT NULL DEFAULT 0,
  reasoning bigint NOT NULL DEFAULT 0, web_searches bigint NOT NULL DEFAULT 0`;

const migration: Migration = {
  version: 1,
  name: 'ledger and keys',
  statements: ({ bytes, clustered }) => [
    `CREATE TABLE processes (
      id bigint PRIMARY KEY, host text NOT NULL, pid bigint NOT NULL,
      started_at bigint NOT NULL, heartbeat_at bigint NOT NULL)`,

    `CREATE TABLE calls (
      id text PRIMARY KEY, trace_id text NOT NULL, parent_id text, reservation_id text,
      owner bigint NOT NULL, started_at bigint NOT NULL, surface text NOT NULL, tool text, task text,
      difficulty double precision, features_version bigint, features ${bytes}, tags text NOT NULL,
      key_id text NOT NULL, session_id text, workflow_id text, workflow_stream text,
      requested_model text NOT NULL, stream bigint NOT NULL, client_dialect text, decision text,
      held bigint NOT NULL, unknown_price bigint NOT NULL, input_estimate bigint NOT NULL,
      simulated bigint NOT NULL, state text NOT NULL,
      finished_at bigint, model text, provider text, tier text, provider_dialect text,
      billed_model text, billed_provider text, estimated bigint NOT NULL DEFAULT 0,
      cost bigint, booked bigint NOT NULL DEFAULT 0, frontier_cost bigint,
      first_byte_ms double precision, finish_reason text, error_code text, error_message text,
      warnings text NOT NULL DEFAULT '[]', attempt_count bigint NOT NULL DEFAULT 0, ${usage})`,
    `CREATE INDEX calls_by_time ON calls (started_at)`,
    `CREATE INDEX calls_running ON calls (owner) WHERE state = 'running'`,

    `CREATE TABLE attempts (
      call_id text NOT NULL REFERENCES calls (id), position bigint NOT NULL,
      model text NOT NULL, provider text NOT NULL, deployment text NOT NULL, dialect text NOT NULL,
      started_at bigint NOT NULL, first_byte_ms double precision, duration_ms double precision NOT NULL,
      status bigint, outcome text NOT NULL, error_code text, message text,
      estimated bigint NOT NULL, cost bigint, simulated bigint NOT NULL, ${usage},
      PRIMARY KEY (call_id, position)) ${clustered}`,

    `CREATE TABLE bodies (
      call_id text PRIMARY KEY REFERENCES calls (id), request ${bytes} NOT NULL, reply ${bytes} NOT NULL)`,

    `CREATE TABLE outcomes (
      call_id text NOT NULL REFERENCES calls (id), at bigint NOT NULL, kind text NOT NULL,
      score double precision NOT NULL, source text NOT NULL)`,
    `CREATE INDEX outcomes_by_call ON outcomes (call_id)`,

    `CREATE TABLE virtual_keys (
      id text PRIMARY KEY, hash text NOT NULL UNIQUE, name text NOT NULL, created_at bigint NOT NULL,
      disabled bigint NOT NULL DEFAULT 0, expires_at bigint, models text, tags text, rpm bigint, tpm bigint)`,

    `CREATE TABLE budgets (
      key_id text NOT NULL REFERENCES virtual_keys (id), position bigint NOT NULL,
      period text NOT NULL, max_nano bigint NOT NULL, hard bigint NOT NULL,
      PRIMARY KEY (key_id, position)) ${clustered}`,

    `CREATE TABLE spending (
      key_id text NOT NULL, period text NOT NULL, period_start bigint NOT NULL, simulated bigint NOT NULL,
      spent bigint NOT NULL, reserved bigint NOT NULL,
      PRIMARY KEY (key_id, period, period_start, simulated)) ${clustered}`,
  ],
};

export default migration;
