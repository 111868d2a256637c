import { compareNumbers } from '../../lists/compare-numbers.ts';
import { isKnownCapable } from '../request/is-known-capable.ts';
import type { Plan, PlanStep } from './plan.ts';
import type { RequestFeatures } from '../request/request-features.ts';
import { planPath } from './plan-path.ts';
import type { Stats } from './deployment-stats.ts';
import type { Candidate } from '../../deployment.ts';
import { providerPlace, type ProviderPreferences } from '../preferences/provider-preferences.ts';
import { meritBy } from './merit.ts';

type Situation = {
  readonly features: RequestFeatures;
  readonly stats: Stats;
  /** The caller left the model open, so that preferences order models too, not only the deployments of each model. */
  readonly open: boolean;
};

/**
 * Arranges a plan by the caller's provider preferences: sorted, preferred providers first, and no more than allowed.
 */
export function arrangePlan(plan: Plan, preferences: ProviderPreferences, situation: Situation): Plan {
  const sorted = askingOthers(plan.steps.map((step) => sortStep(step, preferences, situation)));
  const steps =
    preferences.allowFallbacks === false ? sorted.map((step) => withoutFallbacks(step, situation)) : sorted;
  const arranged = { ...plan, steps };
  const path = planPath(arranged);
  if (path === planPath(plan)) return withUnheeded(arranged, preferences);
  return { ...arranged, reason: `${path} by ${movedBy(preferences)}; without that ${plan.reason}` };
}

/** A step of a cascade asks a model that no earlier step has asked, if there is one. */
function askingOthers(steps: readonly PlanStep[]): readonly PlanStep[] {
  if (steps.length < 2) return steps;
  const asked = new Set<string>();
  return steps.map((step) => {
    const rank = ({ model }: Candidate) => Number(asked.has(model.id));
    const candidates = step.candidates.toSorted((a, b) => rank(a) - rank(b));
    const [first] = candidates;
    if (first) asked.add(first.model.id);
    return { ...step, candidates };
  });
}

/** The steps of a cascade go from cheap to strong: preferences only order the models within a step. */
function withUnheeded(plan: Plan, { order, sort }: ProviderPreferences): Plan {
  const unheeded = [...(order?.length ? ['provider.order'] : []), ...(sort ? ['provider.sort'] : [])];
  if (plan.steps.length < 2 || unheeded.length === 0) return plan;
  const warning = `${unheeded.join(' and ')} did not change the steps of the cascade, which go from cheap to strong`;
  return { ...plan, warnings: [...(plan.warnings ?? []), warning] };
}

/** The preferences that can change the order of models. */
function movedBy({ order, sort, only }: ProviderPreferences): string {
  const named = { order: order?.length === 0 ? undefined : order, sort, only };
  const given = Object.entries(named).flatMap(([name, value]) =>
    value === undefined ? [] : [`provider.${name}`],
  );
  return given.join(' and ') || 'what it is known to support';
}

function sortStep(step: PlanStep, preferences: ProviderPreferences, situation: Situation): PlanStep {
  const { sort } = preferences;
  const models = [...new Set(step.candidates.map(({ model }) => model.id))];
  const modelPlace = ({ model }: Candidate) => (situation.open ? 0 : models.indexOf(model.id));
  const place = ({ deployment }: Candidate) => providerPlace(deployment.provider.id, preferences);
  const merit = sort === undefined ? () => 0 : meritBy(sort, situation);
  const ableFirst = ({ model }: Candidate) =>
    isKnownCapable(model, situation.features.request.needs) ? 0 : 1;
  const candidates = step.candidates.toSorted(
    (a, b) =>
      modelPlace(a) - modelPlace(b) ||
      place(a) - place(b) ||
      ableFirst(a) - ableFirst(b) ||
      compareNumbers(merit(a), merit(b)),
  );
  return { ...step, candidates };
}

function withoutFallbacks(step: PlanStep, { open }: Situation): PlanStep {
  return { ...step, candidates: firstProviders(step.candidates, open) };
}

/** Keeps, for each model, the provider that comes first for it; for an open choice, only the first model. */
function firstProviders(sorted: readonly Candidate[], open: boolean): Candidate[] {
  const first = new Map<string, string>();
  for (const { model, deployment } of sorted) {
    if (!first.has(model.id)) first.set(model.id, deployment.provider.id);
  }
  const only = open ? sorted[0]?.model.id : undefined;
  return sorted.filter(
    ({ model, deployment }) =>
      first.get(model.id) === deployment.provider.id && (only === undefined || model.id === only),
  );
}
