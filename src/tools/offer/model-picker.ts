import type { Catalogue } from '../../core/catalogue.ts';
import { ConclaveError } from '../../core/errors.ts';
import type { Model } from '../../core/model.ts';
import { tiers, type Tier } from '../../core/task.ts';

/** Chooses models for tools that need independent opinions; the catalogue knows the families' order. */
export type ModelPicker = {
  /**
   * Returns the model of this name.
   * @throws ConclaveError `model_not_found` with the nearest names, `invalid_request` for a virtual model.
   */
  named(name: string): Model;
  /**
   * Like `named`, but returns the error for a model whose provider is not configured, so that a caller can go on
   * without it.
   */
  find(name: string): Found;
  /**
   * The models of each family that come into question for a tier, best first: the best in that tier, then those in the
   * nearest ones. Strongest families first.
   */
  byFamily(tier: Tier, without?: ReadonlySet<string>): (readonly Model[])[];
  /** The best model of each family in a tier (or in the nearest tier that the family has), strongest families first. */
  ofDifferentFamilies(tier: Tier, most: number, without?: ReadonlySet<string>): Model[];
  /** Every family's best model, frontier first, followed by all others. */
  strongestFirst(): Model[];
  /** A picker that chooses only models of known price, and local ones. It still finds any model by its name. */
  ofKnownPrice(): ModelPicker;
  /** Families that such a picker leaves out, because no price of theirs is known; empty for others. */
  readonly unpricedFamilies: readonly string[];
};

export type Found =
  | { readonly ok: true; readonly model: Model }
  | { readonly ok: false; readonly error: ConclaveError };

export type ModelPickerServices = {
  readonly catalogue: Catalogue;
  /** Whether a model may be chosen here; if absent, all may. */
  readonly may?: (model: Model) => boolean;
  /** Families in order of preference for substitution. */
  readonly familyOrder: readonly string[];
  readonly bestOfFamily: (models: readonly Model[], family: string, tier: Tier) => Model | undefined;
};

export function modelPicker(services: ModelPickerServices): ModelPicker {
  return pickerAmong(services, { knowsPrices: false });
}

function pickerAmong(
  services: ModelPickerServices,
  { knowsPrices }: { readonly knowsPrices: boolean },
): ModelPicker {
  const { catalogue, familyOrder, bestOfFamily } = services;
  const isOpen = (model: Model) => services.may?.(model) !== false;
  const may = (model: Model) => isOpen(model) && (!knowsPrices || model.price !== undefined || model.local);
  const all = catalogue.models();
  // Keeps the same list object if nothing is filtered out, because the best of a list is cached by list.
  const models = all.every(may) ? all : all.filter(may);
  const families = [...new Set([...familyOrder, ...models.map(({ family }) => family)])];

  /** Local models and those without a tier are used only if the family has nothing else. */
  function nearest(family: string, tier: Tier): Model[] {
    const inOrder = tiers.toSorted((a, b) => distance(a, tier) - distance(b, tier));
    const graded = inOrder.flatMap((one) => bestOfFamily(models, family, one) ?? []);
    return graded.length > 0 ? graded : models.filter((model) => model.family === family).slice(0, 1);
  }
  function byFamily(tier: Tier, without: ReadonlySet<string> = new Set()): Model[][] {
    return families
      .filter((family) => !without.has(family))
      .map((family) => nearest(family, tier))
      .filter(({ length }) => length > 0);
  }
  function find(name: string): Found {
    try {
      const resolution = catalogue.resolve(name);
      if (resolution.kind !== 'model') throw leavesOpen(name);
      // An alias means its model even if that model cannot be called.
      catalogue.resolve(resolution.model.id);
      return { ok: true, model: resolution.model };
    } catch (error) {
      if (error instanceof ConclaveError && error.details.missingProvider !== undefined)
        return { ok: false, error };
      throw error;
    }
  }
  return {
    find,
    named(name) {
      const found = find(name);
      if (found.ok) return found.model;
      throw found.error;
    },
    byFamily,
    ofDifferentFamilies: (tier, most, without) =>
      byFamily(tier, without)
        .flatMap(([best]) => best ?? [])
        .slice(0, most),
    strongestFirst() {
      const graded = tiers.flatMap((tier) =>
        families.flatMap((family) => bestOfFamily(models, family, tier) ?? []),
      );
      const others = models.filter(({ capabilities }) => capabilities.embeddings !== true);
      return [...new Set([...graded, ...others])];
    },
    ofKnownPrice: () => pickerAmong(services, { knowsPrices: true }),
    unpricedFamilies: knowsPrices ? familiesWithout(models, all.filter(isOpen)) : [],
  };
}

/** The families of `all` that answer questions and have no model among `models`. */
function familiesWithout(models: readonly Model[], all: readonly Model[]): string[] {
  const kept = new Set(models.map(({ family }) => family));
  const left = all.filter(
    ({ family, capabilities }) => capabilities.embeddings !== true && !kept.has(family),
  );
  return [...new Set(left.map(({ family }) => family))];
}

function leavesOpen(name: string): ConclaveError {
  return new ConclaveError(
    'invalid_request',
    `${name} leaves the choice open; name a model here, or leave the list out.`,
    { param: 'models' },
  );
}

function distance(a: Tier, b: Tier): number {
  return Math.abs(tiers.indexOf(a) - tiers.indexOf(b));
}
