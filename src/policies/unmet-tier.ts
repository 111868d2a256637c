import type { Model } from '../core/model.ts';
import type { Plan } from '../core/routing/plan.ts';
import type { RequestFeatures } from '../core/routing/request-features.ts';

/**
 * A plan's warning if no model of the tier that its caller asked for can serve the call, and one of another tier comes
 * first. A tier that only a tool prefers is not missed.
 */
export function unmetTier(
  { asked: { tier, model }, work }: RequestFeatures,
  first: Model | undefined,
): Pick<Plan, 'warnings'> {
  const isPreference = work.tool !== undefined && model === 'auto';
  if (tier === undefined || isPreference || !first || first.tier === tier) return {};
  const instead = first.tier === undefined ? first.id : `${first.id} (${first.tier})`;
  return { warnings: [`no ${tier} model can serve this call, so ${instead} is asked`] };
}
