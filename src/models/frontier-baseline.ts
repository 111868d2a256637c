import type { Model } from '../core/model.ts';
import { bestOfFamily, familyRing } from './best-of-family.ts';

/**
 * The model that savings are measured against: "everything on the best frontier model". It is the frontier model of
 * the first family in `familyRing` that can be called and has a known price, so Claude's where Anthropic is
 * configured, which is also what published savings in this field compare with. The choice is by standing, not by
 * price: the dearest frontier model would flatter the figure, the cheapest would move with every price cut.
 * `undefined` where no frontier model is configured: then no saving is claimed.
 */
export function frontierBaseline(models: readonly Model[]): Model | undefined {
  const priced = models.filter(({ price }) => price !== undefined);
  for (const family of new Set([...familyRing, ...priced.map((model) => model.family)])) {
    const best = bestOfFamily(priced, family, 'frontier');
    if (best) return best;
  }
  return undefined;
}
