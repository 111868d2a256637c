import { setTimeout as sleep } from 'node:timers/promises';
import { asConclaveError } from '../../../core/errors.ts';
import type { Ms } from '../../../core/units.ts';
import {
  acquireSlotAt,
  type Acquired,
  type CandidateWithSlot,
  type FullCandidate,
} from '../../deployments/capacity/acquire-slot.ts';
import { noCapacity } from '../../deployments/capacity/no-capacity.ts';
import { coverLost } from '../../money/cover-lost.ts';
import { warnOnce } from '../../row/warn-once.ts';
import { afterFailure } from './after-failure.ts';
import { allFailed } from './all-failed.ts';
import type { AttemptServices } from '../attempt-services.ts';
import { isTooLate } from './is-too-late.ts';
import { noteLost } from './note-lost.ts';
import { situationOf } from './situation-of.ts';
import { startAttempt, type StartedAttempt } from '../start-attempt.ts';
import type { Trial } from './trial.ts';
import { knownMissing } from './wrong-dialect.ts';

/**
 * Asks one candidate until it has begun to answer or is given up. Returns `next` if another one is to be asked.
 * @throws ConclaveError that lists every attempt, if no other is to be asked.
 */
export async function tryCandidate(
  engine: AttemptServices,
  trial: Trial,
  given: Acquired,
): Promise<StartedAttempt | 'next'> {
  const { route, record, untried, failures } = trial;
  const { candidate } = given;
  let slotted = given;
  let notIn = knownMissing(engine, route, candidate);
  let restoresReasoning = true;
  let tries = 1;
  for (;;) {
    if (slotted.kind === 'full') return passOver(engine, trial, slotted);
    const attempt = await startAttempt(engine, route, slotted, {
      record,
      earlier: { notIn, restoresReasoning },
    });
    if (!('error' in attempt)) {
      if (!restoresReasoning) engine.turnThoughts.refused(candidate);
      return attempt;
    }
    const lost = { ...attempt, candidate, tries, notIn };
    noteLost(engine, trial, lost);
    const next = afterFailure(attempt.error, situationOf(engine, trial, lost));
    switch (next.move) {
      case 'stop':
        throw allFailed(failures);
      case 'next':
        if (!untried.isEmpty) await cover(trial);
        return 'next';
      case 'other-dialect':
        notIn = new Set([...notIn, next.than]);
        slotted = await slotAgain(engine, trial, slotted);
        break;
      case 'without-reasoning':
        restoresReasoning = false;
        engine.turnThoughts.forget(route.call.request, route.call.principal.keyId);
        warnOnce(record, [
          `Retried without the model's reasoning before its tool calls: ${attempt.error.message}`,
        ]);
        slotted = await slotAgain(engine, trial, slotted);
        break;
      case 'retry':
      case 'wait-for-room':
        await cover(trial);
        if (!engine.retryBudget.tryRetry()) return 'next';
        if (next.move === 'retry') await pause(trial, next.delayMs);
        slotted = await slotAgain(engine, trial, slotted, next.move === 'wait-for-room');
        tries += 1;
    }
  }
}

/**
 * Goes on without a candidate that has no capacity. It was not asked, so this is no attempt.
 * @throws ConclaveError if the call is over.
 */
function passOver(
  engine: AttemptServices,
  { route, record, failures, room }: Trial,
  { candidate, full }: FullCandidate,
): 'next' {
  const { model, deployment } = candidate;
  const { signal } = record.deadline;
  const error = signal.aborted
    ? asConclaveError(signal.reason)
    : noCapacity(engine.load, deployment, full, room.tokensOf(candidate));
  failures.push({ model: model.id, error, isUnasked: true });
  if (signal.aborted || isTooLate(engine, route)) throw allFailed(failures);
  return 'next';
}

/**
 * Makes sure that the limits cover another attempt in addition to the failed ones. @throws ConclaveError if they do
 * not.
 */
async function cover({ route, record, failures }: Trial): Promise<void> {
  const last = failures.at(-1);
  if (!last || last.isUnasked) return;
  const refusal = await coverLost(record, route.features, last.error);
  if (refusal) throw allFailed([...failures, { model: last.model, error: refusal, isUnasked: true }]);
}

/** Waits before a retry. @throws ConclaveError if the call was aborted meanwhile. */
async function pause({ record, failures }: Trial, delayMs: Ms): Promise<void> {
  const { signal } = record.deadline;
  if (await sleep(delayMs, true, { signal }).catch(() => false)) return;
  const model = failures.at(-1)?.model ?? '';
  throw allFailed([...failures, { model, error: asConclaveError(signal.reason), isUnasked: true }]);
}

/** Acquires a slot at the candidate again. `again`: its previous slot was refused through no fault of the call. */
function slotAgain(
  engine: AttemptServices,
  { room }: Trial,
  { candidate }: CandidateWithSlot,
  again = false,
): Promise<Acquired> {
  return acquireSlotAt(engine, candidate, { ...room, again });
}
