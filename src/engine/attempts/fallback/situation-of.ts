import { wantsWhole } from '../../../core/call.ts';
import type { Candidate } from '../../../core/deployment.ts';
import { isRefusedAsFull } from '../../deployments/capacity/is-refused-as-full.ts';
import type { Route } from '../../route.ts';
import { expectedPrompt } from '../../../core/money/expected-prompt.ts';
import { isOurs } from '../../routing/choice/choice-of.ts';
import type { ChosenHow, Situation } from './after-failure.ts';
import type { FailedCandidate } from './all-failed.ts';
import type { AttemptServices } from '../attempt-services.ts';
import { isTooLate } from './is-too-late.ts';
import type { FallbackState } from './fallback-state.ts';
import type { LostAttempt } from './lost-attempt.ts';
import { wrongDialect } from './wrong-dialect.ts';

/** Describes a failed attempt, already noted, for the decision what to do next. */
export function situationOf(
  engine: AttemptServices,
  { route, record, untried, failures }: FallbackState,
  lost: LostAttempt,
): Situation {
  const { candidate, error, retried, askedWhole, refused, rejectedReasoning } = lost;
  const { call, features } = route;
  return {
    retried,
    maxRetries: engine.settings.retries,
    over: isTooLate(engine, route) || record.deadline.signal.aborted,
    refused,
    reasoningRejected: rejectedReasoning !== 'nothing',
    wrongDialect: wrongDialect(engine, route, lost),
    othersLeft: !untried.isEmpty || call.parent?.step?.isOptional === true,
    chosenHow: chosenHow(route, failures, candidate),
    whole: wantsWhole(call) || askedWhole,
    local: candidate.model.local,
    full: isRefusedAsFull(engine.load, candidate, { error, tokens: expectedPrompt(candidate, features) }),
    leftMs: record.deadline.leftMs(),
    random: engine.random(),
  };
}

function chosenHow(route: Route, failures: readonly FailedCandidate[], candidate: Candidate): ChosenHow {
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
