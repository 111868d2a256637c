import { setTimeout as sleep } from 'node:timers/promises';
import { isWaitedFor } from '../core/call.ts';
import { asConclaveError, ConclaveError } from '../core/errors.ts';
import type { Candidate } from '../core/provider.ts';
import type { RequestFeatures } from '../core/plan.ts';
import { nanoFromUsd, type Ms, dollarText } from '../core/units.ts';
import { afterFailure } from './attempts/after-failure.ts';
import { allFailed, type Failure } from './attempts/all-failed.ts';
import type { EngineContext } from './engine.ts';
import { isOurs } from './routing/choice.ts';
import { nextWithRoom } from './deployments/next-with-room.ts';
import { orderCandidates } from './deployments/order-candidates.ts';
import type { CallRecord } from './record.ts';
import { mayMiss } from './routing/may-miss.ts';
import { budgetName } from './reserve.ts';
import type { Route } from './route.ts';
import { runCascade } from './cascades/run-cascade.ts';
import { isRateRefusal } from './deployments/is-rate-refusal.ts';
import { startAttempt, type StartedAttempt } from './attempts/start-attempt.ts';
import { knownMissing, wrongDialect } from './attempts/wrong-dialect.ts';

/** Who is merely crowded says "in a second" at most; a longer time is of a window that has to pass. */
const longestOfCrowds: Ms = 1_000;

/** The plan, run until somebody has begun to answer: a cascade step by step, a single choice candidate by candidate. */
export function runPlan(engine: EngineContext, route: Route, record: CallRecord): Promise<StartedAttempt> {
  const cascades = route.plan.steps.some(({ acceptance }) => acceptance !== undefined);
  return cascades ? runCascade(engine, route, record) : tryCandidates(engine, route, record);
}

/**
 * Tries the plan's candidates until one has begun to answer.
 * Falls back only before the first content: a half-sent answer cannot be taken back.
 * @throws ConclaveError that lists every attempt.
 */
async function tryCandidates(
  engine: EngineContext,
  route: Route,
  record: CallRecord,
): Promise<StartedAttempt> {
  engine.retryBudget.callStarted();
  const failures: Failure[] = [];
  const waiting = route.plan.steps.flatMap(({ candidates }) => orderCandidates(engine, route, candidates));
  const room = { tokens: route.features.inputTokens, signal: record.deadline.signal };
  for (;;) {
    let given = await nextWithRoom(engine, waiting, room);
    if (!given) throw allFailed(failures);
    const { candidate } = given;
    let notIn = knownMissing(engine, route, candidate);
    for (let tries = 1; ; tries += 1) {
      try {
        const started = await startAttempt(engine, route, given, {
          record,
          signal: record.deadline.signal,
          notIn,
        });
        warnOfFallback(record, failures, candidate, route);
        return started;
      } catch (thrown) {
        if (!(thrown instanceof ConclaveError)) throw thrown;
        const again = isCrowded(engine, route, candidate, thrown);
        failures.push({ model: candidate.model.id, error: withItsTurn(engine, candidate, thrown) });
        if (isTooLate(engine, route) || record.deadline.signal.aborted) throw allFailed(failures);
        const asked = record.attempts.at(-1)?.dialect;
        const wrong = wrongDialect(engine, route, candidate, { error: thrown, asked, notIn });
        if (wrong !== undefined) {
          notIn = new Set([...notIn, wrong]);
          // The same try, elsewhere.
          tries -= 1;
          given = (await nextWithRoom(engine, [candidate], room)) ?? given;
          continue;
        }
        if (thrown.code === 'context_too_long') dropNarrower(waiting, candidate);
        const next = afterFailure(thrown, {
          tries,
          retries: engine.settings.retries,
          othersLeft: waiting.length > 0,
          listed: route.choice.isListed,
          chosen: isOurs(route.choice, candidate.model),
          whole: isWaitedFor(route.call),
          // A place that comes free may do so sooner than any delay.
          ...(!again && { leftMs: record.deadline.leftMs() }),
          random: engine.random(),
        });
        if (next.move === 'stop') throw allFailed(failures);
        const refusal =
          next.move === 'next' && waiting.length === 0
            ? undefined
            : await coverLost(record, route.features, thrown);
        if (refusal) throw allFailed([...failures, { model: candidate.model.id, error: refusal }]);
        if (next.move === 'next' || !engine.retryBudget.tryRetry()) break;
        if (!again && !(await pause(next.delayMs, record.deadline.signal))) {
          const error = asConclaveError(record.deadline.signal.reason);
          throw allFailed([...failures, { model: candidate.model.id, error }]);
        }
        given = (await nextWithRoom(engine, [candidate], { ...room, again })) ?? given;
      }
    }
  }
}

/**
 * The reservation is of the dearest attempt; what a lost one may be billed comes on top of the next. Returns the refusal of
 * whichever limit does not hold both: the caller's own for the call, or a budget.
 */
async function coverLost(
  record: CallRecord,
  { maxCostUsd }: RequestFeatures,
  { code }: ConclaveError,
): Promise<ConclaveError | undefined> {
  const lost = record.attempts.at(-1)?.cost ?? 0n;
  if (lost === 0n) return undefined;
  const all = record.attempts.reduce((sum, { cost }) => sum + (cost ?? 0n), 0n);
  const soFar = `What came to nothing may be billed at ${dollarText(all)}`;
  if (maxCostUsd !== undefined && all >= nanoFromUsd(maxCostUsd)) {
    return new ConclaveError(
      code,
      `${soFar}, all that the call may cost (${maxCostUsd} USD), so nobody else is asked. Raise the ceiling, or ask again.`,
    );
  }
  const held = await record.holdMore(lost);
  if (held.ok) return undefined;
  return new ConclaveError(
    'budget_exceeded',
    `${soFar}; beside it the ${budgetName(held.refusedBy)} of $${held.refusedBy.limitUsd} does not hold another attempt. Raise the limit, or ask for a shorter answer (max_tokens).`,
  );
}

/** Who asked for one model and is answered by another is told why. */
function warnOfFallback(
  { warnings }: CallRecord,
  failures: readonly Failure[],
  { model }: Candidate,
  { features, choice }: Route,
): void {
  if (failures.length === 0) return;
  if (choice.kind === 'open')
    warnings.push(...mayMiss(features, model).filter((one) => !warnings.includes(one)));
  for (const { model: failed, error } of failures) {
    const warning = `${failed} failed (${error.code}), so ${model.id} was asked`;
    if (failed !== model.id && !warnings.includes(warning)) warnings.push(warning);
  }
}

/** The caller's patience is for all attempts together: after it nobody else can keep it. */
function isTooLate({ now }: EngineContext, { features: { at, maxLatencyMs } }: Route): boolean {
  return maxLatencyMs !== undefined && now() >= at + maxLatencyMs;
}

/** The refusal has taught how many calls the provider takes: the next place that comes free is sooner than any delay. */
function isCrowded(
  { load }: EngineContext,
  { features }: Route,
  { deployment }: Candidate,
  error: ConclaveError,
): boolean {
  const { retryAfterMs = 0 } = error.details;
  if (!isRateRefusal(error) || retryAfterMs > longestOfCrowds) return false;
  return load.full(deployment, features.inputTokens)?.limit === 'concurrency';
}

/** Who is sent away after all learns when there may be room, also where the provider did not say, if anybody knows. */
function withItsTurn(
  { load }: EngineContext,
  { deployment }: Candidate,
  error: ConclaveError,
): ConclaveError {
  const { code, message, status, details } = error;
  if (!isRateRefusal(error) || details.retryAfterMs !== undefined) return error;
  const retryAfterMs = load.turnInMs(deployment);
  if (retryAfterMs === 0) return error;
  return new ConclaveError(code, message, { ...details, status, cause: error, retryAfterMs });
}

/** What overflowed one window overflows every window that is no larger. */
function dropNarrower(waiting: Candidate[], { model }: Candidate): void {
  const window = model.contextWindow;
  if (window === undefined) return;
  const wider = waiting.filter(
    ({ model }) => model.contextWindow === undefined || model.contextWindow > window,
  );
  waiting.splice(0, waiting.length, ...wider);
}

/** Whether the call was still wanted at the end of the pause. */
async function pause(delayMs: number, signal: AbortSignal): Promise<boolean> {
  return await sleep(delayMs, true, { signal }).catch(() => false);
}
