import type { AttemptRow, Settlement } from '../core/ledger.ts';
import type { Usage } from '../core/usage.ts';
import type { Columns } from './ledger-columns.ts';
import type { AttemptsTable, CallsTable } from './schema.ts';

/**
 * The one attempt of an ordinary call, which says little that its call does not say: it stands in the row of the call,
 * and saves a row of its own with its place in an index. `undefined` where attempts have to be rows.
 */
export function onlyAttempt(settlement: Settlement): AttemptRow | undefined {
  const [attempt, second] = settlement.attempts;
  return attempt && !second && isTheWholeCall(attempt, settlement) ? attempt : undefined;
}

/** What such an attempt says beside its call. */
export const onlyAttemptColumns: Columns<AttemptRow | undefined> = {
  attempt_deployment: (attempt) => attempt?.deployment ?? null,
  attempt_started_at: (attempt) => (attempt ? Math.trunc(attempt.startedAt) : null),
  attempt_first_byte_ms: (attempt) => attempt?.firstByteMs ?? null,
  attempt_duration_ms: (attempt) => attempt?.durationMs ?? null,
  attempt_status: (attempt) => attempt?.status ?? null,
};

/** The row that it would have. */
export function onlyAttemptRow(call: CallsTable): AttemptsTable | undefined {
  const { attempt_deployment: deployment, attempt_started_at, attempt_duration_ms } = call;
  const { model, provider, provider_dialect: dialect } = call;
  if (deployment === null || attempt_started_at === null || attempt_duration_ms === null) return undefined;
  if (model === null || provider === null || dialect === null) return undefined;
  return {
    ...call,
    call_id: call.id,
    position: 0n,
    model,
    provider,
    deployment,
    dialect,
    started_at: attempt_started_at,
    first_byte_ms: call.attempt_first_byte_ms,
    duration_ms: attempt_duration_ms,
    status: call.attempt_status,
    outcome: 'ok',
    error_code: null,
    message: null,
    reply_id: null,
    account: null,
  };
}

function isTheWholeCall(attempt: AttemptRow, call: Settlement): boolean {
  return (
    attempt.outcome === 'ok' &&
    attempt.errorCode === undefined &&
    attempt.message === undefined &&
    // Answers that a provider keeps are found by an index over the rows of attempts.
    attempt.kept === undefined &&
    attempt.model === call.model &&
    attempt.provider === call.provider &&
    attempt.dialect === call.providerDialect &&
    attempt.estimated === call.estimated &&
    attempt.cost === call.cost &&
    attempt.callerCost === call.callerCost &&
    attempt.simulated === call.simulated &&
    isSameUsage(attempt.usage, call.usage)
  );
}

function isSameUsage(one: Usage, other: Usage): boolean {
  return (
    one.input === other.input &&
    one.output === other.output &&
    one.cacheRead === other.cacheRead &&
    one.cacheWrite === other.cacheWrite &&
    one.cacheWriteLong === other.cacheWriteLong &&
    one.reasoning === other.reasoning &&
    one.webSearches === other.webSearches
  );
}
