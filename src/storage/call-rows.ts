import type { AttemptRow, CallRow, OutcomeSignal } from '../core/stores/ledger.ts';
import type { Usage } from '../core/money/usage.ts';
import { onlyAttemptRow } from './only-attempt.ts';
import type { AttemptsTable, CallsTable, Schema, UsageFields } from './schema.ts';

/** The parts of a call outside its own row. */
export type CallExtras = {
  readonly keyName: string | null;
  readonly attempts: readonly AttemptRow[];
  readonly outcomes: readonly OutcomeSignal[];
  readonly bodies?: { readonly request: string; readonly reply: string } | undefined;
};

/** Converts a stored call to a `CallRow`. Its enumerated values were checked by the types that wrote them. */
export function callFromRow(row: CallsTable, { keyName, attempts, outcomes, bodies }: CallExtras): CallRow {
  const call = present({
    id: row.id,
    traceId: row.trace_id,
    parentId: row.parent_id,
    reservationId: row.reservation_id,
    startedAt: Number(row.started_at),
    surface: row.surface,
    tool: row.tool,
    task: row.task,
    difficulty: row.difficulty,
    features: row.features && { version: Number(row.features_version), bytes: new Uint8Array(row.features) },
    tags: JSON.parse(row.tags),
    keyId: row.key_id,
    keyName,
    sessionId: row.session_id,
    requestedModel: row.requested_model,
    stream: row.stream === 1n,
    clientDialect: row.client_dialect,
    decision: row.decision === null ? null : JSON.parse(row.decision),
    simulated: row.simulated === 1n,
    state: row.state,
    finishedAt: row.finished_at === null ? null : Number(row.finished_at),
    model: row.model,
    provider: row.provider,
    tier: row.tier,
    providerDialect: row.provider_dialect,
    usage: usageFromRow(row),
    estimated: row.estimated === 1n,
    cost: row.cost,
    callerCost: row.caller_cost,
    frontierCost: row.frontier_cost,
    firstByteMs: row.first_byte_ms,
    finishReason: row.finish_reason,
    errorCode: row.error_code,
    errorMessage: row.error_message,
    warnings: JSON.parse(row.warnings),
    verdicts: row.verdicts === null ? null : JSON.parse(row.verdicts),
    attempts,
    outcomes,
    bodies,
  });
  // Written from an IntentRow and a Settlement by `ledger-columns.ts`, whose columns these are.
  return call as unknown as CallRow;
}

/** Returns all attempts of a call, in order: from its own row, or from `rows`. */
export function attemptsOf(call: CallsTable, rows: readonly AttemptsTable[] = []): AttemptRow[] {
  const only = onlyAttemptRow(call);
  return (only ? [only] : rows).map(attemptFromRow);
}

function attemptFromRow(row: AttemptsTable): AttemptRow {
  const attempt = present({
    model: row.model,
    provider: row.provider,
    deployment: row.deployment,
    dialect: row.dialect,
    startedAt: Number(row.started_at),
    firstByteMs: row.first_byte_ms,
    durationMs: row.duration_ms,
    status: row.status === null ? null : Number(row.status),
    outcome: row.outcome,
    errorCode: row.error_code,
    message: row.message,
    usage: usageFromRow(row),
    estimated: row.estimated === 1n,
    cost: row.cost,
    callerCost: row.caller_cost,
    kept: row.reply_id === null ? null : { replyId: row.reply_id, account: row.account },
    simulated: row.simulated === 1n,
  });
  // Written from an AttemptRow by `ledger-columns.ts`.
  return attempt as unknown as AttemptRow;
}

export function outcomeFromRow(row: Schema['outcomes']): OutcomeSignal {
  return { callId: row.call_id, at: Number(row.at), kind: row.kind, score: row.score, source: row.source };
}

export function usageFromRow(row: UsageFields): Usage {
  return {
    input: Number(row.input),
    output: Number(row.output),
    cacheRead: Number(row.cache_read),
    cacheWrite: Number(row.cache_write),
    cacheWriteLong: Number(row.cache_write_long),
    reasoning: Number(row.reasoning),
    webSearches: Number(row.web_searches),
  };
}

/** Returns the members that have a value: `null` in the database is an absent member in Conclave. */
function present(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== null && value !== undefined),
  );
}
