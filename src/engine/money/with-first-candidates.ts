import type { Plan } from '../../core/routing/plan/plan.ts';
import type { Candidate } from '../../core/deployment.ts';
import type { Route } from '../route.ts';

/** The most models of an open choice that one call tries, unless there are more providers: then one per provider. */
const maxModels = 16;

/**
 * Limits an open choice's route to what a call tries before it gives up: the first models in the policy's order, and
 * the first of every provider (local ones included), so that one provider's outage cannot take out all of them. Models
 * that the caller listed or the config names are all kept.
 */
export function withFirstCandidates<Tried extends Pick<Route, 'choice' | 'plan'>>(route: Tried): Tried {
  const { choice, plan } = route;
  if (choice.kind !== 'open' || choice.isListed) return route;
  if (plan.steps.every(({ candidates }) => candidates.length <= maxModels)) return route;
  return { ...route, plan: firstOfPlan(plan) };
}

function firstOfPlan(plan: Plan): Plan {
  const steps = plan.steps.map((step) => ({ ...step, candidates: firstOnes(step.candidates) }));
  return { ...plan, steps };
}

function firstOnes(candidates: readonly Candidate[]): readonly Candidate[] {
  if (candidates.length <= maxModels) return candidates;
  const kept = new Set<string>();
  const providers = new Set<string>();
  for (const { model, deployment } of candidates) {
    const { id } = deployment.provider;
    if (providers.has(id)) continue;
    providers.add(id);
    kept.add(model.id);
  }
  for (const { model } of candidates) {
    if (kept.size >= maxModels) break;
    kept.add(model.id);
  }
  return candidates.filter(({ model }) => kept.has(model.id));
}
