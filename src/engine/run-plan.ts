import { appendAll } from '../core/lists/append-all.ts';
import type { Candidate } from '../core/deployment.ts';
import { isCascade } from '../core/routing/plan/is-cascade.ts';
import { plannedCandidates } from '../core/routing/plan/planned-candidates.ts';
import { allFailed, type FailedCandidate } from './attempts/fallback/all-failed.ts';
import type { StartedAttempt } from './attempts/start-attempt.ts';
import { tryCandidate } from './attempts/fallback/try-candidate.ts';
import { runCascade } from './cascades/run-cascade.ts';
import { acquireSlot } from './deployments/capacity/acquire-slot.ts';
import { UntriedCandidates } from './deployments/order/untried-candidates.ts';
import { skippedWarning } from './deployments/order/skipped-warning.ts';
import { orderCandidates } from './deployments/order/order-candidates.ts';
import { expectedPrompt } from '../core/money/expected-prompt.ts';
import type { CallRecord } from './row/call-record.ts';
import type { Route } from './route.ts';
import { unverifiedCapabilityWarnings } from './routing/warnings/unverified-capability-warnings.ts';
import type { AttemptServices } from './attempts/attempt-services.ts';
import type { CascadeServices } from './cascades/cascade-services.ts';

/** Runs the plan until a candidate begins to answer: a cascade step by step, a single choice candidate by candidate. */
export function runPlan(
  engine: AttemptServices & CascadeServices,
  route: Route,
  record: CallRecord,
): Promise<StartedAttempt> {
  return isCascade(route.plan) ? runCascade(engine, route, record) : tryCandidates(engine, route, record);
}

/**
 * Tries the plan's candidates until one begins to answer.
 * Falls back only before the first content: a half-sent answer cannot be taken back.
 * @throws ConclaveError that lists every attempt.
 */
async function tryCandidates(
  engine: AttemptServices,
  route: Route,
  record: CallRecord,
): Promise<StartedAttempt> {
  engine.retryBudget.callStarted();
  const failures: FailedCandidate[] = [];
  const ordered = route.plan.steps.flatMap(({ candidates }) => orderCandidates(engine, route, candidates));
  const untried = new UntriedCandidates(ordered);
  const tokensOf = (candidate: Candidate) => expectedPrompt(candidate, route.features);
  const room = { tokensOf, signal: record.deadline.signal };
  const fallback = { route, record, untried, failures, refusedAccounts: new Set<string>(), room };
  const planned = plannedCandidates(route.plan);
  for (;;) {
    const slotted = await acquireSlot(engine, untried, room);
    if (!slotted) throw allFailed(failures);
    const taken = slotted.candidate;
    if (failures.length === 0)
      appendAll(record.warnings, skippedWarning(engine, { planned, taken, tokensOf }));
    const started = await tryCandidate(engine, fallback, slotted);
    if (started === 'next') continue;
    warnOfFallback(record, failures, slotted.candidate, route);
    return started;
  }
}

/** Warns a caller why a model other than the first one answers. */
function warnOfFallback(
  { warnings }: CallRecord,
  failures: readonly FailedCandidate[],
  { model }: Candidate,
  { features, choice }: Route,
): void {
  if (failures.length === 0) return;
  if (choice.kind === 'open')
    appendAll(
      warnings,
      unverifiedCapabilityWarnings(features.request, model).filter((one) => !warnings.includes(one)),
    );
  for (const { model: failed, error } of failures) {
    const warning = `${failed} failed (${error.code}), so ${model.id} was asked`;
    if (failed !== model.id && !warnings.includes(warning)) warnings.push(warning);
  }
}
