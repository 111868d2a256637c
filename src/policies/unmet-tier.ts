import type { Model } from '../core/model.ts';
import type { Plan } from '../core/routing/plan.ts';
import type { Tier } from '../core/task.ts';

/** A plan's warning if no model of the tier that the call asked for can serve it, and one of another tier comes first. */
export function unmetTier(asked: Tier | undefined, first: Model | undefined): Pick<Plan, 'warnings'> {
  if (asked === undefined || !first || first.tier === asked) return {};
  const instead = first.tier === undefined ? first.id : `${first.id} (${first.tier})`;
  return { warnings: [`no ${asked} model can serve this call, so ${instead} is asked`] };
}
