import type { Model } from '../core/model.ts';
import { bestOfFamily, familyRing } from './best-of-family.ts';

/**
 * Returns the model that savings are measured against: "everything on the best frontier model". It is the frontier
 * model of the first family in `familyRing` that is available and has a known price, so Claude's if Anthropic is
 * configured, which is also the usual baseline of published savings. The choice does not depend on price: the most
 * expensive frontier model would flatter the figure, and the cheapest would change with every price cut. `undefined` if
 * no frontier model is configured: then no saving is reported.
 */
export function frontierBaseline(models: readonly Model[]): Model | undefined {
  const priced = models.filter(({ price }) => price !== undefined);
  for (const family of new Set([...familyRing, ...priced.map((model) => model.family)])) {
    const best = bestOfFamily(priced, family, 'frontier');
    if (best) return best;
  }
  return undefined;
}
