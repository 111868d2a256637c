import { didYouMean, suggestion } from '../core/names/did-you-mean.ts';
import { familyOf, knownModel } from './family-of.ts';
import { isSlip } from './misspelt.ts';
import { families } from './overlay/index.ts';
import { plainName } from '../core/names/plain-name.ts';
import { findPriced, type PriceSnapshot } from './price-snapshot.ts';

/**
 * Explains why another model cannot be like the one of this name: it is unknown, or probably misspelt. `undefined` if it
 * can be. An unlisted name of a known family may be a newer or smaller model.
 */
export function whyUnlike(name: string, { providers }: PriceSnapshot): string | undefined {
  const plain = plainName(name);
  const family = familyOf(plain);
  if (family && knownModel(family, plain)) return undefined;
  if (Object.values(providers).some((rows) => findPriced(rows, name))) return undefined;
  const listed = [...families.flatMap(({ models }) => models), ...Object.values(providers).flat()];
  const names = new Map(listed.toReversed().map((model) => [plainName(model.name), model.name]));
  if (names.has(plain)) return undefined;
  if (!family)
    return didYouMean(name, names.values(), {
      otherwise: 'no such model is known; leave it out and describe the model here',
    });
  const meant = [...names].find(([known]) => isSlip(plain, known))?.[1];
  if (meant === undefined) return undefined;
  return `no model "${name}" is known; ${suggestion([meant])} For a model with exactly this name, set family instead`;
}
