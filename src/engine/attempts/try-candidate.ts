import { setTimeout as sleep } from 'node:timers/promises';
import { accountAt } from '../../core/account-at.ts';
import { isWaitedFor } from '../../core/call.ts';
import type { DialectId } from '../../core/wire/content.ts';
import { asConclaveError, ConclaveError } from '../../core/errors.ts';
import type { Candidate } from '../../core/provider.ts';
import type { Ms } from '../../core/units.ts';
import { isRefusedAsFull } from '../deployments/is-refused-as-full.ts';
import { refusalOf } from '../deployments/refusal.ts';
import {
  acquireSlot,
  type Acquired,
  type CandidateWithSlot,
  type FullCandidate,
  type SlotRequest,
} from '../deployments/acquire-slot.ts';
import { noCapacity } from '../deployments/no-capacity.ts';
import { withRetryEstimate } from '../deployments/with-retry-estimate.ts';
import type { CallRecord } from '../row/call-record.ts';
import type { Route } from '../route.ts';
import { coverLost } from '../money/cover-lost.ts';
import { isOurs } from '../routing/model-choice.ts';
import { afterFailure, type AskedHow, type NextMove } from './after-failure.ts';
import { allFailed, type FailedCandidate } from './all-failed.ts';
import { dropAccount, dropNarrower } from './drop-hopeless.ts';
import { startAttempt, type FailedAttempt, type StartedAttempt } from './start-attempt.ts';
import { warnOnce } from '../row/warn-once.ts';
import { knownMissing, wrongDialect } from './wrong-dialect.ts';
import type { AttemptServices } from './attempt-services.ts';
import type { Clock } from '../services.ts';

/** A call on its way from candidate to candidate. */
export type Trial = {
  readonly route: Route;
  readonly record: CallRecord;
  /** Candidates that have not been asked yet, in order. */
  readonly waiting: Candidate[];
  readonly failures: FailedCandidate[];
  /** The accounts, at their addresses, that were refused once in this call. */
  readonly refusedAccounts: Set<string>;
  readonly room: SlotRequest;
};

/**
 * Asks one candidate until it has begun to answer or is given up. Returns `next` if another one is to be asked.
 * @throws ConclaveError that lists every attempt, if no other is to be asked.
 */
export async function tryCandidate(
  engine: AttemptServices,
  trial: Trial,
  given: Acquired,
): Promise<StartedAttempt | 'next'> {
  const { route, record, waiting, failures } = trial;
  const { candidate } = given;
  let slotted = given;
  let notIn = knownMissing(engine, route, candidate);
  let restoresReasoning = true;
  let tries = 1;
  for (;;) {
    if (slotted.kind === 'full') return passOver(engine, trial, slotted);
    const attempt = await startAttempt(engine, route, slotted, {
      record,
      asked: { notIn, restoresReasoning },
    });
    if (!('error' in attempt)) {
      if (!restoresReasoning) engine.turnThoughts.refused(candidate);
      return attempt;
    }
    const next = nextMove(engine, trial, { ...attempt, candidate, tries, notIn });
    switch (next.move) {
      case 'stop':
        throw allFailed(failures);
      case 'next':
        if (waiting.length > 0) await cover(trial);
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
  { candidate: { model, deployment }, full }: FullCandidate,
): 'next' {
  const { signal } = record.deadline;
  const error = signal.aborted
    ? asConclaveError(signal.reason)
    : noCapacity(engine.load, deployment, full, room.tokens);
  failures.push({ model: model.id, error, isUnasked: true });
  if (signal.aborted || isTooLate(engine, route)) throw allFailed(failures);
  return 'next';
}

type Lost = FailedAttempt & {
  readonly candidate: Candidate;
  readonly tries: number;
  readonly notIn: ReadonlySet<DialectId>;
};

/** Records the failure, and looks up what to do next. */
function nextMove(
  engine: AttemptServices,
  trial: Trial,
  { candidate, error, isUnasked, askedWhole, reasoningRejected, tries, notIn }: Lost,
): NextMove {
  const { route, record, waiting, failures } = trial;
  const { call, features } = route;
  const full = isRefusedAsFull(engine.load, candidate, {
    error,
    tokens: features.size.prompt.expected,
  });
  const model = candidate.model.id;
  failures.push({ model, error: withRetryEstimate(engine.load, candidate, error), isUnasked });
  if (error.code === 'context_too_long' && !reasoningRejected) dropNarrower(waiting, candidate);
  if (refusalOf(error)?.of === 'credential') passOverRefusedAccount(trial, candidate, error);
  const asked = isUnasked ? undefined : record.attempts.at(-1)?.dialect;
  return afterFailure(error, {
    tries,
    retries: engine.settings.retries,
    over: isTooLate(engine, route) || record.deadline.signal.aborted,
    reasoningRejected,
    wrongDialect: wrongDialect(engine, route, candidate, { error, asked, notIn }),
    othersLeft: waiting.length > 0 || route.call.parent?.step?.isOptional === true,
    asked: askedHow(route, failures, candidate),
    whole: isWaitedFor(call) || askedWhole,
    local: candidate.model.local,
    full,
    leftMs: record.deadline.leftMs(),
    random: engine.random(),
  });
}

/**
 * A key that was refused, or an account that was empty, for two models is not tried with the many others that Conclave
 * could choose. Once says too little: a key may be barred from a single model, or its credit not be enough for one.
 */
function passOverRefusedAccount(
  { route, record, waiting, refusedAccounts }: Trial,
  candidate: Candidate,
  { code }: ConclaveError,
): void {
  const { choice } = route;
  if (choice.kind !== 'open' || choice.isListed) return;
  const account = accountAt(candidate.deployment);
  if (refusedAccounts.has(account) && dropAccount(waiting, account) > 0) {
    const { id } = candidate.deployment.provider;
    const twice =
      code === 'provider_auth' ? 'refused its key twice' : 'said twice that its account is used up';
    warnOnce(record, [`${id} ${twice}, so its other models were not asked`]);
  }
  refusedAccounts.add(account);
}

function askedHow(route: Route, failures: readonly FailedCandidate[], candidate: Candidate): AskedHow {
  if (route.choice.isListed) return 'from-list';
  if (isStandIn(route, failures, candidate)) return 'stand-in';
  return isOurs(route.choice, candidate.model) ? 'by-us' : 'by-name';
}

/** Whether the model is not the one that was asked for, or not the first of an open choice. */
function isStandIn(
  { choice }: Route,
  failures: readonly FailedCandidate[],
  { model: { id } }: Candidate,
): boolean {
  return choice.kind === 'named' ? choice.model.id !== id : failures.some(({ model }) => model !== id);
}

/** `maxLatencyMs` covers all attempts together; once exceeded, no further candidate is tried. */
function isTooLate({ now }: Clock, { features: { at, limits } }: Route): boolean {
  return limits.maxLatencyMs !== undefined && now() >= at + limits.maxLatencyMs;
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
async function slotAgain(
  engine: AttemptServices,
  { room }: Trial,
  slotted: CandidateWithSlot,
  again = false,
): Promise<Acquired> {
  return (await acquireSlot(engine, [slotted.candidate], { ...room, again })) ?? slotted;
}
