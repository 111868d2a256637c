import type { Model } from '../core/model.ts';
import type { Plan } from '../core/routing/plan/plan.ts';
import type { RequestFeatures } from '../core/routing/request/request-features.ts';

/**
 * Adds a warning to a plan if no model of the tier that the caller asked for can serve the call, and one of another
 * tier comes first. A tier that only a tool prefers is not missed.
 */
export function withUnmetTier(plan: Plan, { asked, work }: RequestFeatures, first: Model | undefined): Plan {
  const { tier, model } = asked;
  const isPreference = work.tool !== undefined && model === 'auto';
  if (tier === undefined || isPreference || !first || first.tier === tier) return plan;
  const instead = first.tier === undefined ? first.id : `${first.id} (${first.tier})`;
  const warning = `no ${tier} model can serve this call, so ${instead} is asked`;
  return { ...plan, warnings: [...(plan.warnings ?? []), warning] };
}
