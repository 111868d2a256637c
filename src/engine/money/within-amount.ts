import { billOf } from '../../core/money/bill-of.ts';
import { isKnownCapable } from '../../core/routing/request/is-known-capable.ts';
import type { PlanStep } from '../../core/routing/plan/plan.ts';
import { plannedCandidates } from '../../core/routing/plan/planned-candidates.ts';
import type { Candidate } from '../../core/deployment.ts';
import type { NanoUsd } from '../../core/units.ts';
import type { Route } from '../route.ts';
import { amountFor, reservationAmount } from './reservation-amount.ts';

/** What a route may cost. */
type PricedRoute = Pick<Route, 'choice' | 'plan' | 'features'>;

/**
 * Returns the route without the candidates that may cost more than `most`. A model that the caller named is kept: only
 * its fallbacks are dropped, and its expensive deployments if a cheaper one fits. An open choice keeps at least its
 * cheapest candidate. A cascade keeps all its steps, and ends with a cheaper model if all of them together then fit.
 */
export function withinAmount<Priced extends PricedRoute>(route: Priced, most: NanoUsd): Priced {
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
function cheaperCascade<Priced extends PricedRoute>(route: Priced, most: NanoUsd): Priced {
  const { plan, features } = route;
  if (reservationAmount(plan, features) <= most) return route;
  const limits = reservableCosts(route).sort((a, b) => (a < b ? 1 : a > b ? -1 : 0));
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
export function reservableCosts(route: PricedRoute): NanoUsd[] {
  const candidates = plannedCandidates(route.plan);
  return [...new Set(candidates.map((candidate) => amountFor(candidate, route.features)))];
}

function cheapest(route: PricedRoute, candidates: readonly Candidate[]): readonly Candidate[] {
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
