import type { AttemptRow, Settlement } from '../../core/stores/ledger.ts';
import { usageColumns, type Columns } from './ledger-columns.ts';
import type { AttemptsTable, CallsTable } from '../sql/schema.ts';

/**
 * Returns the single attempt of an ordinary call, which adds little to its call: it is stored in the call's row, which
 * saves a row and an index entry. `undefined` if the attempts have to be rows.
 */
export function onlyAttempt(settlement: Settlement): AttemptRow | undefined {
  const [attempt, second] = settlement.attempts;
  if (!attempt || second) return undefined;
  return checks.every((keeps) => keeps(attempt, settlement)) ? attempt : undefined;
}

/** What such an attempt adds to its call. */
export const onlyAttemptColumns: Columns<AttemptRow | undefined> = {
  attempt_deployment: (attempt) => attempt?.deployment ?? null,
  attempt_started_at: (attempt) => (attempt ? Math.trunc(attempt.startedAt) : null),
  attempt_first_byte_ms: (attempt) => attempt?.firstByteMs ?? null,
  attempt_duration_ms: (attempt) => attempt?.durationMs ?? null,
  attempt_status: (attempt) => attempt?.status ?? null,
};

/** Returns the row that the attempt would have had. */
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

type Check = (attempt: AttemptRow, call: Settlement) => boolean;

const always: Check = () => true;

/**
 * Whether a member loses nothing if only the call's row is stored. The type requires an entry for every member of an
 * attempt.
 */
const keepsMember: Readonly<Record<keyof AttemptRow, Check>> = {
  model: (attempt, call) => attempt.model === call.model,
  provider: (attempt, call) => attempt.provider === call.provider,
  tier: (attempt, call) => attempt.tier === call.tier,
  dialect: (attempt, call) => attempt.dialect === call.providerDialect,
  outcome: (attempt) => attempt.outcome === 'ok',
  errorCode: (attempt) => attempt.errorCode === undefined,
  message: (attempt) => attempt.message === undefined,
  usage: (attempt, call) => usageReaders.every((read) => read(attempt) === read(call)),
  estimated: (attempt, call) => attempt.estimated === call.estimated,
  cost: (attempt, call) => attempt.cost === call.cost,
  callerCost: (attempt, call) => attempt.callerCost === call.callerCost,
  simulated: (attempt, call) => attempt.simulated === call.simulated,
  // Answers that a provider stores are found by an index over the rows of attempts.
  kept: (attempt) => attempt.kept === undefined,
  // Always written separately, or not at all.
  thoughts: always,
  payer: always,
  madeBy: always,
  // In columns of their own, above.
  deployment: always,
  startedAt: always,
  firstByteMs: always,
  durationMs: always,
  status: always,
};
const usageReaders = Object.values(usageColumns);
const checks = Object.values(keepsMember).filter((check) => check !== always);
