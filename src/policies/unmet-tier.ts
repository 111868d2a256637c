import type { Model } from '../core/model.ts';
import type { Plan } from '../core/routing/plan/plan.ts';
import type { RequestFeatures } from '../core/routing/request/request-features.ts';
import { demandedTier } from './demanded-tier.ts';

/**
 * Adds a warning to a plan if no model of the tier that the caller demands can serve the call, and one of another tier
 * comes first.
 */
export function withUnmetTier(plan: Plan, features: RequestFeatures, first: Model | undefined): Plan {
  const tier = demandedTier(features);
  if (tier === undefined || !first || first.tier === tier) return plan;
  const instead = first.tier === undefined ? first.id : `${first.id} (${first.tier})`;
  const warning = `no ${tier} model can serve this call, so ${instead} is asked`;
  return { ...plan, warnings: [...(plan.warnings ?? []), warning] };
}
