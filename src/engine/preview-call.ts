import { appendAll } from '../core/lists/append-all.ts';
import type { Call } from '../core/call.ts';
import { ConclaveError, type ErrorCode } from '../core/errors.ts';
import type { Preview, PreviewCandidate } from '../core/routing/decision/preview.ts';
import type { Candidate } from '../core/deployment.ts';
import type { EngineContext } from './engine-context.ts';
import type { ChosenRoute, Route } from './route.ts';
import { skippedWarning } from './deployments/order/skipped-warning.ts';
import { orderCandidates } from './deployments/order/order-candidates.ts';
import { amountOf } from './money/amount-of.ts';
import { expectedCostAt } from './money/expected-cost-at.ts';
import { expectedPrompt } from '../core/money/expected-prompt.ts';
import type { RequestSize } from './routing/size/measure-request.ts';
import { wouldReserve } from './reserve.ts';
import { tokensToAdmit } from './routing/size/size-of-call.ts';
import { ignoredGoal } from './routing/warnings/ignored-goal.ts';
import { wouldRoute } from './routing/would-route.ts';
import type { DeploymentMemory } from './deployments/deployment-memory.ts';

/**
 * Returns where a call would go now. @throws ConclaveError if the call itself would fail because no candidate can serve
 * it.
 */
export async function previewCall(engine: EngineContext, call: Call): Promise<Preview> {
  const found = await wouldRoute(engine, outOfExperiments(call), { maxNamed: Infinity });
  const { chosen, refused } = await admitted(engine, found);
  const { route, decision } = chosen;
  const ignored = ignoredGoal(engine, route);
  const warnings = [...chosen.warnings, ...(ignored === undefined ? [] : [ignored])];
  const { features } = route;
  const { prompt, answer } = features.size;
  const tokensOf = (candidate: Candidate) => expectedPrompt(candidate, features);
  const looking: EngineContext = { ...engine, turns: { ...engine.turns, next: engine.turns.peek } };
  const steps = route.plan.steps.map(({ candidates: planned }) => {
    const ordered = orderCandidates(looking, route, planned);
    const [taken] = ordered;
    if (taken) appendAll(warnings, skippedWarning(engine, { planned, taken, tokensOf }));
    return ordered;
  });
  return {
    decision,
    steps: steps.map((ordered) => ordered.map((candidate) => shown(engine, route, candidate))),
    reserved: amountOf(route),
    inputTokens: prompt.expected,
    outputTokens: answer.expected,
    warnings,
    ...(refused && { refused }),
    simulated: route.plan.steps[0]?.candidates[0]?.deployment.simulated === true,
  };
}

/** Where the call could go under its key's rate limits and budgets now, or the error that refuses it. */
async function admitted(
  engine: EngineContext,
  { size, ...found }: ChosenRoute & { readonly size: RequestSize },
): Promise<{ readonly chosen: ChosenRoute; readonly refused?: Preview['refused'] }> {
  try {
    await engine.mayAdmit(found.route.call.principal, tokensToAdmit(size), engine.now());
    return { chosen: await wouldReserve(engine, found) };
  } catch (error) {
    if (!(error instanceof ConclaveError) || !refusals.has(error.code)) throw error;
    const { code, message, details } = error;
    const { retryAfterMs } = details;
    const refused = { code, message, ...(retryAfterMs !== undefined && { retryAfterMs }) };
    return { chosen: found, refused };
  }
}

const refusals: ReadonlySet<ErrorCode> = new Set(['rate_limited', 'request_too_large', 'budget_exceeded']);

/** Marks the call as critical, so that the preview shows the best choice and not a random experiment. */
function outOfExperiments(call: Call): Call {
  const { principal } = call;
  return { ...call, principal: { ...principal, routing: { ...principal.routing, critical: true } } };
}

function shown(
  engine: Pick<DeploymentMemory, 'health' | 'load'>,
  { features }: Route,
  candidate: Candidate,
): PreviewCandidate {
  const { model, deployment } = candidate;
  const inputTokens = expectedPrompt(candidate, features);
  const estimate = expectedCostAt(candidate, features);
  return {
    model: model.id,
    deployment: deployment.id,
    provider: deployment.provider.id,
    healthy: !engine.health.isBenched(deployment),
    hasRoom: !engine.load.full(deployment, inputTokens) && !engine.load.spent(deployment, inputTokens),
    ...(estimate !== undefined && { estimate: BigInt(Math.round(estimate)) }),
  };
}
