import type { CallState, Surface } from '../../core/call.ts';
import type { ErrorCode } from '../../core/errors.ts';
import type { AttemptRow } from '../../core/stores/ledger.ts';
import type { TaskType, Tier } from '../../core/task.ts';
import type { DialectId } from '../../core/wire/content.ts';

/** The tables that reports read, in the form that every backend returns: integers as `bigint`, JSON as text. */
export type Schema = {
  readonly calls: CallsTable;
  readonly attempts: AttemptsTable;
  readonly bodies: { call_id: string; request: Uint8Array; reply: Uint8Array };
  readonly outcomes: { call_id: string; at: bigint; kind: string; score: number; source: string };
  readonly virtual_keys: { id: string; name: string };
};

export type UsageFields = {
  input: bigint;
  output: bigint;
  cache_read: bigint;
  cache_write: bigint;
  cache_write_long: bigint;
  reasoning: bigint;
  web_searches: bigint;
};

/** The columns `workflow_id` and `workflow_stream` are omitted: they are null in every row and never read. */
export type CallsTable = UsageFields & {
  id: string;
  trace_id: string;
  parent_id: string | null;
  reservation_id: string | null;
  started_at: bigint;
  surface: Surface;
  tool: string | null;
  task: TaskType | null;
  difficulty: number | null;
  features_version: bigint | null;
  features: Uint8Array | null;
  tags: string;
  key_id: string;
  session_id: string | null;
  requested_model: string;
  stream: bigint;
  client_dialect: DialectId | null;
  decision: string | null;
  simulated: bigint;
  state: CallState;
  finished_at: bigint | null;
  model: string | null;
  provider: string | null;
  tier: Tier | null;
  provider_dialect: DialectId | null;
  billed_model: string | null;
  billed_provider: string | null;
  billed_tier: Tier | null;
  estimated: bigint;
  cost: bigint | null;
  booked: bigint;
  caller_cost: bigint | null;
  frontier_cost: bigint | null;
  first_byte_ms: number | null;
  finish_reason: string | null;
  error_code: ErrorCode | null;
  error_message: string | null;
  warnings: string;
  verdicts: string | null;
  attempt_count: bigint;
  /** From here on null if the attempts are rows, see `only-attempt.ts`. */
  attempt_deployment: string | null;
  attempt_started_at: bigint | null;
  attempt_first_byte_ms: number | null;
  attempt_duration_ms: number | null;
  attempt_status: bigint | null;
};

export type AttemptsTable = UsageFields & {
  call_id: string;
  position: bigint;
  model: string;
  provider: string;
  tier: Tier | null;
  deployment: string;
  dialect: DialectId;
  started_at: bigint;
  first_byte_ms: number | null;
  duration_ms: number;
  status: bigint | null;
  outcome: AttemptRow['outcome'];
  error_code: ErrorCode | null;
  message: string | null;
  estimated: bigint;
  cost: bigint | null;
  caller_cost: bigint | null;
  reply_id: string | null;
  account: string | null;
  simulated: bigint;
};
