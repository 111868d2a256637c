import type { ConclaveError, ErrorCode } from '../../core/errors.ts';
import type { AttemptRow } from '../../core/stores/ledger.ts';
import { completionTokens, promptTokens } from '../../core/money/usage.ts';
import { isOurConcurrencyRefusal } from '../deployments/capacity/is-concurrency-refusal.ts';
import type { Attempt } from './attempt.ts';
import type { AttemptBill } from './meter/bill-attempt.ts';
import { warnOnce } from '../row/warn-once.ts';
import type { AttemptServices } from './attempt-services.ts';
import type { DeploymentMemory } from '../deployments/deployment-memory.ts';
import type { Clock } from '../services.ts';

/** An attempt that is over, whether it succeeded or failed. */
type ClosedAttempt = Attempt & {
  readonly row: AttemptRow;
  readonly bill: AttemptBill;
  readonly error: ConclaveError | undefined;
};

/** Records what an attempt has shown: about its deployment, for later calls; about its answer, for the next turn. */
export function recordAttempt(engine: AttemptServices, closed: ClosedAttempt): void {
  const { record, call, slotted, state, meter, row, bill } = closed;
  noteFailure(engine, closed);
  leaveSlot(closed);
  notePace(engine, closed);
  if (row.kept) {
    const tokens = promptTokens(row.usage) + row.usage.output;
    engine.storedAnswers.remember(row.kept, call.principal.keyId, tokens);
  }
  for (const proof of meter.thoughts.proofs()) engine.thoughtMakers.remember(proof, slotted.candidate);
  const turn = row.outcome === 'ok' ? meter.thoughts.callingTurn() : undefined;
  if (turn)
    engine.turnThoughts.remember(
      { ...turn, before: call.request.messages, dialect: state.traits.dialect, candidate: slotted.candidate },
      call.principal.keyId,
    );
  record.costIsReported = bill.isReported;
  warnOnce(record, meter.warnings());
}

/** Failures that concern the call, or this machine, and not the deployment. */
const notItsDoing: ReadonlySet<ErrorCode> = new Set([
  'rate_limited',
  'cancelled',
  'shutting_down',
  'invalid_request',
  'unsupported',
  'context_too_long',
  'content_filtered',
  'request_too_large',
  'overloaded',
]);

/** An answer that broke off midway is not held against its deployment. */
function noteFailure(engine: AttemptServices, closed: ClosedAttempt): void {
  const { call, slotted, state, row, error } = closed;
  const { deployment } = slotted.candidate;
  if (error?.code === 'provider_timeout' && row.firstByteMs === undefined)
    engine.askedDeployments.of(deployment).pace.waitedInVain(row.durationMs, {
      stream: call.request.stream && !state.traits.asksWhole,
      at: engine.now(),
    });
  if (!error || !isDeploymentsDoing(engine, closed, error)) {
    engine.health.undecided(deployment, row.startedAt);
    return;
  }
  engine.health.failed(deployment, error, row.startedAt);
}

function isDeploymentsDoing(
  { now }: Clock,
  { record, call, slotted, row }: ClosedAttempt,
  error: ConclaveError,
): boolean {
  const { deployment } = slotted.candidate;
  if (row.outcome !== 'failed') return false;
  // This caller's limit expired; other callers would wait longer.
  const { maxLatencyMs = Infinity } = call.limits;
  if (error.code === 'provider_timeout' && now() >= record.startedAt + maxLatencyMs) return false;
  // A failure with one caller's key predicts nothing about another's.
  if (deployment.payer === 'caller') return false;
  // The deployment may serve the same call at another of its paths.
  if (error.hint === 'no-such-path' && deployment.endpoints.length > 1) return false;
  return !notItsDoing.has(error.code);
}

function leaveSlot({ slotted, row, error }: ClosedAttempt): void {
  const { usage, outcome } = row;
  const refused = outcome === 'failed' && isOurConcurrencyRefusal(slotted.candidate.deployment, error);
  const end = outcome === 'ok' ? 'answered' : refused ? 'refused' : undefined;
  slotted.slot.leave(promptTokens(usage) + completionTokens(usage), end);
}

function notePace(
  engine: Pick<DeploymentMemory, 'askedDeployments'>,
  { slotted, row: { usage, outcome, durationMs, firstByteMs = 0 } }: ClosedAttempt,
): void {
  if (outcome !== 'ok') return;
  const { pace } = engine.askedDeployments.of(slotted.candidate.deployment);
  pace.ended(completionTokens(usage), durationMs - firstByteMs);
}
