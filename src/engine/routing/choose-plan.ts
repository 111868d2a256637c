import type { Resolution } from '../../core/catalogue.ts';
import type { Plan, RequestFeatures } from '../../core/plan.ts';
import type { Candidate } from '../../core/provider.ts';
import type { ProviderWishes } from '../../core/provider-wishes.ts';
import type { EngineContext } from '../engine.ts';
import { arrangePlan } from './arrange-plan.ts';

type Chosen = { readonly policy: string; readonly plan: Plan };

type Choice = {
  readonly resolution: Resolution;
  readonly features: RequestFeatures;
  readonly fit: readonly Candidate[];
  readonly isPinned: boolean;
  readonly providerWishes: ProviderWishes | undefined;
};

/** In which order whoever fits is asked: a policy's where the choice is open, and as the caller wants providers arranged. */
export function choosePlan(engine: EngineContext, choice: Choice): Chosen {
  const chosen = chosenPlan(engine, choice);
  if (!choice.providerWishes) return chosen;
  const situation = {
    features: choice.features,
    stats: engine.stats,
    open: choice.resolution.kind === 'auto',
  };
  return { ...chosen, plan: arrangePlan(chosen.plan, choice.providerWishes, situation) };
}

function chosenPlan(engine: EngineContext, { resolution, features, fit, isPinned }: Choice): Chosen {
  if (resolution.kind === 'auto') {
    const policy = engine.policyFor(features);
    const plan = policy.plan(features, fit, engine.stats);
    return { policy: plan.policy ?? policy.name, plan };
  }
  const chosen = fit[0]?.model.id;
  const wish = `${resolution.model.id} ${isPinned ? 'is pinned' : 'was asked for'}`;
  const reason =
    chosen === resolution.model.id
      ? wish
      : `${wish} and cannot serve this call; ${chosen} is next in its chain`;
  return { policy: isPinned ? 'pinned' : 'asked', plan: { steps: [{ candidates: fit }], reason } };
}
