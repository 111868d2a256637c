import type { AttemptRow, IntentRow, Settlement } from '../../core/stores/ledger.ts';
import type { NanoUsd } from '../../core/units.ts';
import type { Usage } from '../../core/money/usage.ts';
import type { SqlValue } from '../sql/sql-runner.ts';

/** Columns and the source of their values, so that no backend counts question marks by hand. */
export type Columns<Source> = Readonly<Record<string, (source: Source) => SqlValue>>;

/** An intent with what only the store knows when it opens a row. */
export type Opening = {
  readonly intent: IntentRow;
  readonly owner: bigint;
  readonly held: NanoUsd;
  readonly unknownPrice: boolean;
};

export const openingColumns: Columns<Opening> = {
  id: ({ intent }) => intent.id,
  trace_id: ({ intent }) => intent.traceId,
  parent_id: ({ intent }) => intent.parentId ?? null,
  reservation_id: ({ intent }) => intent.reservationId ?? null,
  owner: ({ owner }) => owner,
  started_at: ({ intent }) => Math.trunc(intent.startedAt),
  surface: ({ intent }) => intent.surface,
  tool: ({ intent }) => intent.tool ?? null,
  task: ({ intent }) => intent.task ?? null,
  difficulty: ({ intent }) => intent.difficulty ?? null,
  features_version: ({ intent }) => intent.features?.version ?? null,
  features: ({ intent }) => intent.features?.bytes ?? null,
  tags: ({ intent }) => JSON.stringify(intent.tags),
  key_id: ({ intent }) => intent.keyId,
  session_id: ({ intent }) => intent.sessionId ?? null,
  requested_model: ({ intent }) => intent.requestedModel,
  stream: ({ intent }) => Number(intent.stream),
  client_dialect: ({ intent }) => intent.clientDialect ?? null,
  decision: ({ intent }) => (intent.decision ? JSON.stringify(intent.decision) : null),
  held: ({ held }) => held,
  unknown_price: ({ unknownPrice }) => Number(unknownPrice),
  input_estimate: ({ intent }) => intent.inputEstimate,
  // If the call is interrupted, its estimate is listed under the model that it was made for.
  billed_model: ({ intent }) => intent.first?.model ?? null,
  billed_provider: ({ intent }) => intent.first?.provider ?? null,
  billed_tier: ({ intent }) => intent.first?.tier ?? null,
  simulated: ({ intent }) => Number(intent.simulated),
  state: () => 'running',
};

export const usageColumns: Columns<{ readonly usage: Usage }> = {
  input: ({ usage }) => usage.input,
  output: ({ usage }) => usage.output,
  cache_read: ({ usage }) => usage.cacheRead,
  cache_write: ({ usage }) => usage.cacheWrite,
  cache_write_long: ({ usage }) => usage.cacheWriteLong,
  reasoning: ({ usage }) => usage.reasoning,
  web_searches: ({ usage }) => usage.webSearches,
};

export const settlementColumns: Columns<Settlement> = {
  state: ({ state }) => state,
  finished_at: ({ finishedAt }) => Math.trunc(finishedAt),
  model: ({ model }) => model ?? null,
  provider: ({ provider }) => provider ?? null,
  tier: ({ tier }) => tier ?? null,
  provider_dialect: ({ providerDialect }) => providerDialect ?? null,
  // If no model answered, the money was paid to the provider that was tried last.
  billed_model: ({ model, attempts }) => model ?? attempts.at(-1)?.model ?? null,
  billed_provider: ({ provider, attempts }) => provider ?? attempts.at(-1)?.provider ?? null,
  billed_tier: ({ model, tier, attempts }) => (model === undefined ? attempts.at(-1)?.tier : tier) ?? null,
  estimated: ({ estimated }) => Number(estimated),
  cost: ({ cost }) => cost ?? null,
  booked: knownCost,
  caller_cost: ({ callerCost }) => callerCost ?? null,
  frontier_cost: ({ frontierCost }) => frontierCost ?? null,
  first_byte_ms: ({ firstByteMs }) => firstByteMs ?? null,
  finish_reason: ({ finishReason }) => finishReason ?? null,
  error_code: ({ errorCode }) => errorCode ?? null,
  error_message: ({ errorMessage }) => errorMessage ?? null,
  warnings: ({ warnings }) => (warnings.length === 0 ? '[]' : JSON.stringify(warnings)),
  verdicts: ({ verdicts }) => (verdicts ? JSON.stringify(verdicts) : null),
  attempt_count: ({ attempts }) => attempts.length,
  simulated: ({ simulated }) => Number(simulated),
  held: () => 0n,
  ...usageColumns,
};

export const attemptColumns: Columns<AttemptRow> = {
  model: ({ model }) => model,
  provider: ({ provider }) => provider,
  tier: ({ tier }) => tier ?? null,
  deployment: ({ deployment }) => deployment,
  dialect: ({ dialect }) => dialect,
  started_at: ({ startedAt }) => Math.trunc(startedAt),
  first_byte_ms: ({ firstByteMs }) => firstByteMs ?? null,
  duration_ms: ({ durationMs }) => durationMs,
  status: ({ status }) => status ?? null,
  outcome: ({ outcome }) => outcome,
  error_code: ({ errorCode }) => errorCode ?? null,
  message: ({ message }) => message ?? null,
  estimated: ({ estimated }) => Number(estimated),
  cost: ({ cost }) => cost ?? null,
  caller_cost: ({ callerCost }) => callerCost ?? null,
  reply_id: ({ kept }) => kept?.replyId ?? null,
  account: ({ kept }) => kept?.account ?? null,
  simulated: ({ simulated }) => Number(simulated),
  ...usageColumns,
};

/** Exact bytes: a text column would reject or change characters that models and clients may send. */
export const bodyColumns: Columns<NonNullable<Settlement['bodies']>> = {
  request: ({ request }) => Buffer.from(request),
  reply: ({ reply }) => Buffer.from(reply),
};

/** Returns the charge to a budget: the cost, or its known part. */
export function knownCost({ cost, attempts }: Settlement): NanoUsd {
  return cost ?? attempts.reduce((sum, attempt) => sum + (attempt.cost ?? 0n), 0n);
}

/**
 * Returns a function that reads the values of all columns, in order. Created once per statement: it runs for every row.
 */
export function valuesReader<Source>(columns: Columns<Source>): (source: Source) => SqlValue[] {
  const readers = Object.values(columns);
  return (source) => {
    const values: SqlValue[] = [];
    for (const read of readers) values.push(read(source));
    return values;
  };
}
