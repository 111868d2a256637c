import { z } from 'zod';
import { defined } from '../../core/json/defined.ts';
import { readStoredJson } from '../../core/json/read-stored.ts';
import { storedDecision } from '../../core/routing/decision/stored-decision.ts';
import { storedVerdicts } from '../../core/stores/stored-verdicts.ts';
import type { AttemptRow, CallRow, OutcomeSignal } from '../../core/stores/ledger.ts';
import type { Usage } from '../../core/money/usage.ts';
import { onlyAttemptRow } from '../books/only-attempt.ts';
import type { AttemptsTable, CallsTable, Schema, UsageFields } from '../sql/schema.ts';

/** The parts of a call outside its own row. */
export type CallExtras = {
  readonly keyName: string | null;
  readonly attempts: readonly AttemptRow[];
  readonly outcomes: readonly OutcomeSignal[];
  readonly bodies?: { readonly request: string; readonly reply: string } | undefined;
};

/**
 * Converts a stored call to a `CallRow`. Parts that cannot be read are left out, and the warnings of the row say so: one
 * damaged row must not hide the others.
 */
export function callFromRow(row: CallsTable, { keyName, attempts, outcomes, bodies }: CallExtras): CallRow {
  const damage: string[] = [];
  function part<T>(name: string, schema: z.ZodType<T>, json: string | null): T | undefined {
    if (json === null) return undefined;
    const read = readStoredJson(schema, json);
    if (read.ok) return read.value;
    damage.push(`The stored ${name} of this call cannot be read and are not shown (${read.why}).`);
    return undefined;
  }
  const warnings = part('warnings', texts, row.warnings) ?? [];
  const tags = part('tags', texts, row.tags) ?? [];
  const decision = part('details of the routing decision', storedDecision, row.decision);
  const verdicts = part('verdicts', storedVerdicts, row.verdicts);
  return defined({
    id: row.id,
    traceId: row.trace_id,
    parentId: row.parent_id ?? undefined,
    reservationId: row.reservation_id ?? undefined,
    startedAt: Number(row.started_at),
    surface: row.surface,
    tool: row.tool ?? undefined,
    task: row.task ?? undefined,
    difficulty: row.difficulty ?? undefined,
    features: row.features
      ? { version: Number(row.features_version), bytes: new Uint8Array(row.features) }
      : undefined,
    tags,
    keyId: row.key_id,
    keyName: keyName ?? undefined,
    sessionId: row.session_id ?? undefined,
    requestedModel: row.requested_model,
    stream: row.stream === 1n,
    clientDialect: row.client_dialect ?? undefined,
    decision,
    simulated: row.simulated === 1n,
    state: row.state,
    finishedAt: row.finished_at === null ? undefined : Number(row.finished_at),
    model: row.model ?? undefined,
    provider: row.provider ?? undefined,
    tier: row.tier ?? undefined,
    providerDialect: row.provider_dialect ?? undefined,
    usage: usageFromRow(row),
    estimated: row.estimated === 1n,
    cost: row.cost ?? undefined,
    callerCost: row.caller_cost ?? undefined,
    frontierCost: row.frontier_cost ?? undefined,
    firstByteMs: row.first_byte_ms ?? undefined,
    finishReason: row.finish_reason ?? undefined,
    errorCode: row.error_code ?? undefined,
    errorMessage: row.error_message ?? undefined,
    warnings: [...warnings, ...damage],
    verdicts,
    attempts,
    outcomes,
    bodies,
  });
}

const texts = z.array(z.string());

/** Returns all attempts of a call, in order: from its own row, or from `rows`. */
export function attemptsFromRows(call: CallsTable, rows: readonly AttemptsTable[] = []): AttemptRow[] {
  const only = onlyAttemptRow(call);
  return (only ? [only] : rows).map(attemptFromRow);
}

function attemptFromRow(row: AttemptsTable): AttemptRow {
  return defined({
    model: row.model,
    provider: row.provider,
    tier: row.tier ?? undefined,
    deployment: row.deployment,
    dialect: row.dialect,
    startedAt: Number(row.started_at),
    firstByteMs: row.first_byte_ms ?? undefined,
    durationMs: row.duration_ms,
    status: row.status === null ? undefined : Number(row.status),
    outcome: row.outcome,
    errorCode: row.error_code ?? undefined,
    message: row.message ?? undefined,
    usage: usageFromRow(row),
    estimated: row.estimated === 1n,
    cost: row.cost ?? undefined,
    callerCost: row.caller_cost ?? undefined,
    kept: row.reply_id === null ? undefined : { replyId: row.reply_id, account: row.account ?? '' },
    simulated: row.simulated === 1n,
  });
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
