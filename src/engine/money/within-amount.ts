import type { RoutingDecision } from '../../core/routing/routing-decision.ts';
import { billOf } from '../../core/money/bill-of.ts';
import { isKnownCapable } from '../../core/routing/is-known-capable.ts';
import type { PlanStep } from '../../core/routing/plan.ts';
import { plannedCandidates } from '../../core/routing/planned-candidates.ts';
import type { Candidate } from '../../core/provider.ts';
import { type NanoUsd, dollarText } from '../../core/units.ts';
import type { CallRecord, Route } from '../context.ts';
import { planPath } from '../../core/routing/plan-path.ts';
import { amountFor, reservationAmount } from './reservation-amount.ts';

/**
 * Returns the route without the candidates that may cost more than `most`. A model that the caller named is kept: only
 * its fallbacks are dropped, and its expensive deployments if a cheaper one fits. An open choice keeps at least its
 * cheapest candidate. A cascade keeps all its steps, and ends with a cheaper model if all of them together then fit.
 */
export function withinAmount(route: Route, most: NanoUsd): Route {
  const [step, ...more] = route.plan.steps;
  if (!step) return route;
  if (more.length > 0) return cheaperCascade(route, most);
  const { choice, plan } = route;
  const named = choice.kind === 'open' || choice.isListed ? undefined : step.candidates[0]?.model.id;
  const isNamed = ({ model }: Candidate) => model.id === named;
  const fits = (candidate: Candidate) => isPriced(candidate) && amountFor(candidate, route.features) <= most;
  const namedFits = step.candidates.some((candidate) => isNamed(candidate) && fits(candidate));
  const kept = step.candidates.filter((candidate) => fits(candidate) || (isNamed(candidate) && !namedFits));
  const candidates = kept.length > 0 ? kept : cheapest(route, step.candidates);
  if (candidates.length === step.candidates.length) return route;
  return { ...route, plan: { ...plan, steps: [{ ...step, candidates }] } };
}

/**
 * Keeps the most expensive models that all steps together can afford; returns the route unchanged if there are none.
 */
function cheaperCascade(route: Route, most: NanoUsd): Route {
  const { plan, features } = route;
  if (reservationAmount(plan, features) <= most) return route;
  const limits = candidateCosts(route).sort((a, b) => (a < b ? 1 : a > b ? -1 : 0));
  for (const limit of limits) {
    const steps = plan.steps.map((step) => ({
      ...step,
      candidates: step.candidates.filter((one) => isPriced(one) && amountFor(one, route.features) <= limit),
    }));
    if (steps.some(({ candidates }) => candidates.length === 0)) break;
    const cheaper = { ...plan, steps: endingAnew(steps) };
    if (reservationAmount(cheaper, features) <= most) return { ...route, plan: cheaper };
  }
  return route;
}

/** If the last step's own model was dropped, models that were not asked in earlier steps come first. */
function endingAnew(steps: readonly PlanStep[]): PlanStep[] {
  const asked = new Set(steps.slice(0, -1).map(({ candidates: [first] }) => first?.model.id));
  return steps.map((step, at) => {
    if (at < steps.length - 1) return step;
    const isNew = ({ model }: Candidate) => !asked.has(model.id);
    return {
      ...step,
      candidates: [...step.candidates.filter(isNew), ...step.candidates.filter((one) => !isNew(one))],
    };
  });
}

/** The most that each candidate of the plan can cost, without repeats. */
export function candidateCosts(route: Route): NanoUsd[] {
  const candidates = plannedCandidates(route.plan);
  return [...new Set(candidates.map((candidate) => amountFor(candidate, route.features)))];
}

/** Where candidates that were dropped for cost are recorded. */
export type ReserveNotes = Pick<CallRecord, 'warnings' | 'decision'>;

/** Records dropped candidates as ruled out; warns if a model that would have been asked first is among them. */
export function noteTooExpensive(notes: ReserveNotes, narrowing: Narrowing, limit: string): void {
  noteLeftOut(notes, narrowing, `may cost more than ${limit}`);
}

/** Records candidates that a budget excludes because their price is unknown. */
export function noteUnpriced(notes: ReserveNotes, narrowing: Narrowing): void {
  noteLeftOut(notes, narrowing, 'has no known price, which a budget of this key requires');
}

function noteLeftOut(notes: ReserveNotes, { before, after }: Narrowing, why: string): void {
  if (before === after) return;
  const left = new Set(after.plan.steps.flatMap(modelIds));
  const dropped = [...new Set(before.plan.steps.flatMap(modelIds))].filter((id) => !left.has(id));
  const leaders = new Set(before.plan.steps.flatMap((step) => modelIds(step).slice(0, 1)));
  const missed = [...leaders].filter((leader) => !left.has(leader));
  notes.warnings.push(...missed.map((leader) => `${leader} ${why}`));
  const { decision } = notes;
  if (!decision) return;
  const reason =
    missed.length === 0
      ? decision.reason
      : `${decision.reason}; ${planPath(after.plan)} instead, since ${missed.join(' and ')} ${why}`;
  const deployments = droppedDeployments({ before, after }, left);
  const ruledOut = [
    ...dropped.map((model) => ({ model, rule: 'budget' as const, reason: `it ${why}` })),
    ...deployments.map(({ model, deployment }) => ({
      model: model.id,
      rule: 'budget' as const,
      reason: `its deployment ${deployment.id} ${why}`,
    })),
  ];
  const gone = new Set(deployments.map(({ deployment }) => deployment.id));
  const ranked = decision.ranked.filter(({ model, deployment }) => left.has(model) && !gone.has(deployment));
  notes.decision = { ...withRuledOut(decision, ruledOut), ranked, reason };
}

/** The dropped deployments of models that are kept. */
function droppedDeployments({ before, after }: Narrowing, left: ReadonlySet<string>): Candidate[] {
  const kept = new Set(plannedCandidates(after.plan).map(({ deployment }) => deployment.id));
  const candidates = plannedCandidates(before.plan).filter(
    ({ model, deployment }) => left.has(model.id) && !kept.has(deployment.id),
  );
  return [...new Map(candidates.map((candidate) => [candidate.deployment.id, candidate])).values()];
}

type Narrowing = { readonly before: Route; readonly after: Route };

/** What is left of a budget, for use in a message. */
export function leftText(left: NanoUsd): string {
  return `the ${dollarText(left)} left of this key's budget`;
}

/** Names at most 12 of the dropped candidates; the rest is only counted. */
function withRuledOut(decision: RoutingDecision, dropped: RoutingDecision['ruledOut']): RoutingDecision {
  const named = dropped.slice(0, 12);
  const more = (decision.ruledOutMore ?? 0) + dropped.length - named.length;
  return {
    ...decision,
    ruledOut: [...decision.ruledOut, ...named],
    ...(more > 0 && { ruledOutMore: more }),
  };
}

function modelIds({ candidates }: { readonly candidates: readonly Candidate[] }): string[] {
  return candidates.map(({ model }) => model.id);
}

function cheapest(route: Route, candidates: readonly Candidate[]): readonly Candidate[] {
  const able = candidates.filter(({ model }) => isKnownCapable(model, route.features.request.needs));
  const priced = (able.length > 0 ? able : candidates).filter(isPriced);
  if (priced.length === 0) return candidates;
  const costs = priced.map((candidate) => amountFor(candidate, route.features));
  const least = costs.reduce((least, cost) => (cost < least ? cost : least), costs[0] ?? 0n);
  return priced.filter((_, at) => costs[at] === least);
}

/** To save money, never choose a model whose bill would be unknown. */
function isPriced(candidate: Candidate): boolean {
  return billOf(candidate) !== 'unknown';
}
