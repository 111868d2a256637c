import type { Model } from '../core/model.ts';
import { type Tier, tiers } from '../core/task.ts';

/** How many tiers a model is away from one: 0 to 2. A model without a tier is further away than all that have one. */
export function tiersFrom(wanted: Tier, { tier }: Pick<Model, 'tier'>): number {
  return tier === undefined ? tiers.length : Math.abs(tiers.indexOf(tier) - tiers.indexOf(wanted));
}
