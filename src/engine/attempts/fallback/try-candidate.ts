import { setTimeout as sleep } from 'node:timers/promises';
import { asConclaveError } from '../../../core/errors.ts';
import type { Candidate } from '../../../core/deployment.ts';
import type { Ms } from '../../../core/units.ts';
import {
  acquireSlotAt,
  type Acquired,
  type CandidateWithSlot,
  type FullCandidate,
} from '../../deployments/capacity/acquire-slot.ts';
import { noCapacity } from '../../deployments/capacity/no-capacity.ts';
import { coverLost } from '../../money/cover-lost.ts';
import type { Restored } from '../../memory/thoughts/restored-in.ts';
import { warnOnce } from '../../row/warn-once.ts';
import { afterFailure } from './after-failure.ts';
import { allFailed } from './all-failed.ts';
import type { AttemptServices } from '../attempt-services.ts';
import { isTooLate } from './is-too-late.ts';
import { noteLost } from './note-lost.ts';
import { situationOf } from './situation-of.ts';
import type { Dispensable } from '../request/dispensable.ts';
import { startAttempt, type StartedAttempt } from '../start-attempt.ts';
import type { FallbackState } from './fallback-state.ts';
import { knownMissing } from './wrong-dialect.ts';

/**
 * Asks one candidate until it has begun to answer or is given up. Returns `next` if another one is to be asked.
 * @throws ConclaveError that lists every attempt, if no other is to be asked.
 */
export async function tryCandidate(
  engine: AttemptServices,
  fallback: FallbackState,
  given: Acquired,
): Promise<StartedAttempt | 'next'> {
  const { route, record, untried, failures } = fallback;
  const { candidate } = given;
  let slotted = given;
  let notIn = knownMissing(engine, route, candidate);
  let restores: Restored = 'thoughts';
  let refuses = engine.seenRefusals.of(candidate.deployment);
  const leftOut: Dispensable[] = [];
  let retried = 0;
  for (;;) {
    if (slotted.kind === 'full') return passOver(engine, fallback, slotted);
    const attempt = await startAttempt(engine, route, slotted, {
      record,
      earlier: { notIn, restores, refuses },
    });
    if (!('error' in attempt)) {
      for (const refused of leftOut) noteRefused(engine, record, candidate, refused);
      if (restores !== 'thoughts') {
        const { request, principal } = route.call;
        engine.turnThoughts.refused(request, principal.keyId, { candidate, kept: restores });
      }
      return attempt;
    }
    const lost = { ...attempt, candidate, retried, notIn };
    noteLost(engine, fallback, lost);
    const next = afterFailure(attempt.error, situationOf(engine, fallback, lost));
    switch (next.move) {
      case 'stop':
        throw allFailed(failures);
      case 'next':
        if (!untried.isEmpty) await cover(fallback);
        return 'next';
      case 'other-dialect':
        notIn = new Set([...notIn, next.than]);
        slotted = await slotAgain(engine, fallback, slotted);
        break;
      case 'leave-out':
        leftOut.push(next.refused);
        refuses = new Set([...refuses, next.refused]);
        slotted = await slotAgain(engine, fallback, slotted);
        break;
      case 'without-reasoning':
        // The signatures of calls may be accepted alone.
        restores = attempt.rejectedReasoning === 'thoughts' ? 'signatures' : 'nothing';
        warnOnce(record, [
          `Retried without the model's reasoning before its tool calls: ${attempt.error.message}`,
        ]);
        slotted = await slotAgain(engine, fallback, slotted);
        break;
      case 'retry':
      case 'wait-for-room':
        await cover(fallback);
        if (!engine.retryBudget.takeRetry()) return 'next';
        if (next.move === 'retry') await pause(fallback, next.delayMs);
        slotted = await slotAgain(engine, fallback, slotted, { goesFirst: next.move === 'wait-for-room' });
        retried += 1;
    }
  }
}

const cures: Readonly<Record<Dispensable, string>> = {
  usage: 'refuses stream_options and was asked without: set its quirk "streamUsage" to false.',
  'open-thoughts':
    'refuses thinking that is not signed and was asked without: if the model is a Claude, name it in models[].like.',
};

/** The candidate answers where it is not sent what it refused: later calls are sent without it, too. */
function noteRefused(
  { seenRefusals, log }: Pick<AttemptServices, 'seenRefusals' | 'log'>,
  record: FallbackState['record'],
  { deployment }: Candidate,
  refused: Dispensable,
): void {
  const message = `${deployment.provider.id} ${cures[refused]}`;
  seenRefusals.note(deployment, refused);
  warnOnce(record, [message]);
  log.warn({ deployment: deployment.id }, message);
}

/**
 * Goes on without a candidate that has no capacity. It was not asked, so this is no attempt.
 * @throws ConclaveError if the call is over.
 */
function passOver(
  engine: AttemptServices,
  { route, record, failures, room }: FallbackState,
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
async function cover({ route, record, failures }: FallbackState): Promise<void> {
  const last = failures.at(-1);
  if (!last || last.isUnasked) return;
  const refusal = await coverLost(record, route.features, last.error);
  if (refusal) throw allFailed([...failures, { model: last.model, error: refusal, isUnasked: true }]);
}

/** Waits before a retry. @throws ConclaveError if the call was aborted meanwhile. */
async function pause({ record, failures }: FallbackState, delayMs: Ms): Promise<void> {
  const { signal } = record.deadline;
  if (await sleep(delayMs, true, { signal }).catch(() => false)) return;
  const model = failures.at(-1)?.model ?? '';
  throw allFailed([...failures, { model, error: asConclaveError(signal.reason), isUnasked: true }]);
}

/** Acquires a slot at the candidate again. */
function slotAgain(
  engine: AttemptServices,
  { room }: FallbackState,
  { candidate }: CandidateWithSlot,
  { goesFirst = false } = {},
): Promise<Acquired> {
  return acquireSlotAt(engine, candidate, { ...room, goesFirst });
}
