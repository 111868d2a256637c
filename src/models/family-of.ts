import type { Family, FamilyModel } from './family.ts';
import { families } from './overlay/index.ts';
import { plainName } from '../core/names/plain-name.ts';

/** Returns the family of a plain name. */
export function familyOf(plain: string): Family | undefined {
  return families.find(({ pattern }) => pattern.test(plain));
}

/** Returns the family with this id. */
export function familyNamed(name: string): Family | undefined {
  return families.find(({ id }) => id === name);
}

/** Returns the overlay's entry of a model, by plain name. */
export function knownModel(family: Family, plain: string): FamilyModel | undefined {
  return family.models.find((model) => model.pattern?.test(plain) ?? plainNameOf(model) === plain);
}

const plainNames = new WeakMap<FamilyModel, string>();

/** Cached, because a provider's whole list is compared with it. */
function plainNameOf(model: FamilyModel): string {
  const known = plainNames.get(model);
  if (known !== undefined) return known;
  const plain = plainName(model.name);
  plainNames.set(model, plain);
  return plain;
}
