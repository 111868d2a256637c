import type { Plan } from '../../../core/routing/plan/plan.ts';
import type { RequestFeatures } from '../../../core/routing/request/request-features.ts';
import type { Candidate } from '../../../core/deployment.ts';
import type { ProviderPreferences } from '../../../core/routing/preferences/provider-preferences.ts';
import type { RoutingServices } from '../routing-services.ts';
import { arrangePlan } from '../../../core/routing/plan/arrange-plan.ts';
import type { ModelChoice } from '../../route.ts';
import { withinCeiling } from './within-ceiling.ts';

type Chosen = { readonly policy: string; readonly plan: Plan };

type Question = {
  readonly choice: ModelChoice;
  readonly features: RequestFeatures;
  readonly fit: readonly Candidate[];
  readonly providerPreferences: ProviderPreferences | undefined;
};

/**
 * Orders the candidates: by policy for open choices, then by the caller's provider preferences. A cascade ends with a
 * cheaper model if the caller's ceiling does not cover all its steps.
 */
export function choosePlan(engine: Pick<RoutingServices, 'policyFor' | 'stats'>, question: Question): Chosen {
  const { choice, features, providerPreferences } = question;
  const { policy, plan: ranked } = rankedPlan(engine, question);
  const situation = { features, stats: engine.stats, open: choice.kind === 'open' };
  const plan = providerPreferences ? arrangePlan(ranked, providerPreferences, situation) : ranked;
  return { policy, plan: withinCeiling({ features, plan, choice }) };
}

function rankedPlan(
  engine: Pick<RoutingServices, 'policyFor' | 'stats'>,
  { choice, features, fit }: Question,
): Chosen {
  if (choice.kind === 'open') {
    const policy = engine.policyFor(features);
    const plan = policy.plan(features, fit, engine.stats);
    return { policy: plan.policy ?? policy.name, plan };
  }
  const { model, by, reason: named } = choice;
  const { id } = model;
  const chosen = fit[0]?.model.id;
  const wish = named === undefined ? `${id} was asked for` : `${id} is ${named}`;
  const reason = chosen === id ? wish : `${wish} and cannot serve this call; ${chosen} is next in its chain`;
  return { policy: by === 'pin' ? 'pinned' : 'asked', plan: { steps: [{ candidates: fit }], reason } };
}
