import type { RoutingDecision } from '../../core/routing/decision/routing-decision.ts';
import type { ConclaveError } from '../../core/errors.ts';
import type { Model } from '../../core/model.ts';
import type { Plan } from '../../core/routing/plan/plan.ts';
import { latencyWarnings } from './warnings/latency-warnings.ts';
import type { ChosenRoute, Route } from '../route.ts';
import type { RoutingServices } from './routing-services.ts';
import type { RuledOut } from './filters/filter.ts';
import type { ResolvedCall } from './choice/resolve-call.ts';
import { callPreferences } from './plan/call-preferences.ts';
import { candidateModels, substitution } from './choice/candidate-models.ts';
import { choosePlan } from './plan/choose-plan.ts';
import { decisionOf } from './plan/decision-of.ts';
import { unverifiedCapabilityWarnings } from './warnings/unverified-capability-warnings.ts';
import { sensitiveTagWarnings } from './warnings/sensitive-tag-warnings.ts';
import { ceilingWarnings } from './filters/price-ceiling.ts';
import { overPriceLimit, noneLeft } from './filters/none-left.ts';
import { requestFeatures } from './request/request-features.ts';
import { noDoubt, filterCandidates, type Doubt } from './filters/filter-candidates.ts';

/** The result of routing a call: where it may go, or why it may go nowhere, and what ruled each candidate out. */
export type RouteResult = { readonly doubt: Doubt } & (
  | ({ readonly kind: 'found' } & ChosenRoute)
  | { readonly kind: 'refused'; readonly decision: RoutingDecision; readonly error: ConclaveError }
);

/** The most models that a stored decision names, ranked and ruled out each; the rest are only counted. */
const namedInDecision = 12;

/**
 * Filters the models that a call may go to, and lets the policy rank what is left.
 * @throws ConclaveError if the call itself is at fault: an invalid list of models, or an id that its key does not own.
 */
export function routeCall(
  engine: RoutingServices,
  resolved: ResolvedCall,
  maxNamed: number = namedInDecision,
): RouteResult {
  const { call, choice } = resolved;
  const planned = call.parent?.step?.plan;
  if (planned) return routeStep(engine, resolved, { plan: planned, maxNamed });
  const { models, features, fit, out, doubt } = fittingCandidates(engine, resolved);
  const wishes = callPreferences(call, { choice, models, features });
  const decided = (policy: string, plan: Plan) =>
    decisionOf(policy, plan, { out, maxNamed, features, wishes });
  const refused = { features, choice, out };
  const error = fit.length === 0 ? noneLeft(engine, refused) : overPriceLimit(engine, refused, fit);
  if (error) {
    const none: Plan = { steps: [], reason: 'no candidate fits' };
    return { kind: 'refused', error, decision: decided('none', none), doubt };
  }
  const { providerPreferences } = call;
  const { policy, plan } = choosePlan(engine, { choice, features, fit, providerPreferences });
  const route: Route = { call, features, plan, choice };
  const warnings = warningsOf(engine, route, out);
  return { kind: 'found', route, decision: decided(policy, plan), warnings, doubt };
}

/** Routes a step of a cascade: its parent has already chosen where it may go. */
function routeStep(
  engine: RoutingServices,
  resolved: ResolvedCall,
  { plan, maxNamed }: { readonly plan: Plan; readonly maxNamed: number },
): RouteResult {
  const { call, choice } = resolved;
  const features = requestFeatures(engine, resolved, []);
  const decision = decisionOf('step', plan, { out: [], maxNamed, features, wishes: undefined });
  return { kind: 'found', route: { call, features, plan, choice }, decision, warnings: [], doubt: noDoubt };
}

/** The candidates that can serve a call, in order, and the models that they were selected from. */
function fittingCandidates(engine: RoutingServices, resolved: ResolvedCall) {
  const { call, choice } = resolved;
  const among = (models: readonly Model[]) => {
    const features = requestFeatures(engine, resolved, models);
    return { models, features, ...filterCandidates(engine, models, { features, call, choice }) };
  };
  const found = among(candidateModels(engine, call, choice));
  const isAble = choice.kind === 'named' && found.fit[0]?.model.id === choice.model.id;
  const instead = isAble ? undefined : substitution(engine, call, choice);
  if (!instead) return found;
  const able = new Set([...found.fit, ...among(instead.possible).fit].map(({ model }) => model.id));
  const others = instead.chain(({ id }) => able.has(id));
  return others ? among(others) : found;
}

/** What the caller should know about where its call goes. */
function warningsOf(
  { stats }: Pick<RoutingServices, 'stats'>,
  { call, features, plan, choice }: Route,
  out: readonly RuledOut[],
): readonly string[] {
  return [
    ...choice.warnings,
    ...(choice.kind === 'named' ? passedOver(choice.model, plan, out) : []),
    ...(plan.warnings ?? []),
    ...(choice.kind === 'open'
      ? unverifiedCapabilityWarnings(features.request, plan.steps[0]?.candidates[0]?.model)
      : []),
    ...ceilingWarnings(call, plan),
    ...latencyWarnings(stats, features, plan),
    ...(features.asked.localOnly ? [] : sensitiveTagWarnings(call)),
  ];
}

/** Warns a caller who asked for a model that could not serve the call why another model answers. */
function passedOver({ id }: Model, plan: Plan, out: readonly RuledOut[]): readonly string[] {
  const chosen = plan.steps[0]?.candidates[0]?.model.id;
  const asked = chosen === id ? undefined : out.find(({ model }) => model === id);
  return asked ? [`${id} was not used: ${asked.reason}; ${chosen} answers instead`] : [];
}
