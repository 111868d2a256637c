import type { Model } from '../core/model.ts';
import { tiers, type Tier } from '../core/task.ts';
import { bestOfFamily, familyRing } from './best-of-family.ts';

/**
 * Returns the default fallbacks of `model`: its tier in the following families, then the tiers below, and last a local
 * model. Never a more expensive tier: a failure must not raise the bill.
 */
export function defaultChain(model: Model, models: readonly Model[]): Model[] {
  const tier = model.tier ?? 'workhorse';
  const others = tiersFrom(tier).flatMap((tier) =>
    familiesAfter(model.family, models).flatMap((family) => bestOfFamily(models, family, tier) ?? []),
  );
  const local = models.find((candidate) => candidate.local && candidate.id !== model.id);
  return local ? [...others, local] : others;
}

function tiersFrom(tier: Tier): readonly Tier[] {
  return tiers.slice(tiers.indexOf(tier));
}

function familiesAfter(family: string, models: readonly Model[]): string[] {
  const at = familyRing.indexOf(family);
  const inOrder = [...familyRing.slice(at + 1), ...familyRing.slice(0, Math.max(at, 0))];
  return [...new Set([...inOrder, ...models.map((model) => model.family)])].filter((one) => one !== family);
}
