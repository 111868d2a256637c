import type { Catalogue } from '../../core/catalogue.ts';
import { ConclaveError } from '../../core/errors.ts';
import type { Model } from '../../core/model.ts';
import { tiers, type Tier } from '../../core/task.ts';

/** What tools choose models from when independence counts: who stands in for whom is the catalogue's knowledge. */
export type ModelPicker = {
  /** @throws ConclaveError `model_not_found` with the nearest names, `invalid_request` for a virtual one. */
  named(name: string): Model;
  /** The same, but a model whose provider is not configured is no error: somebody else may do without it. */
  find(name: string): Found;
  /** The best model of each family in a tier (or the nearest tier it has), strongest families first. */
  ofDifferentFamilies(tier: Tier, most: number, without?: ReadonlySet<string>): Model[];
  /** Every family's best model, frontier first, and then all others. */
  strongestFirst(): Model[];
};

export type Found =
  | { readonly ok: true; readonly model: Model }
  | { readonly ok: false; readonly error: ConclaveError };

export type ModelPickerParts = {
  readonly catalogue: Catalogue;
  /** Whether a model may be chosen here; absent: all may. */
  readonly may?: (model: Model) => boolean;
  /** Families in the order in which one stands in for another. */
  readonly familyOrder: readonly string[];
  readonly bestOfFamily: (models: readonly Model[], family: string, tier: Tier) => Model | undefined;
};

export function modelPicker({ catalogue, may, familyOrder, bestOfFamily }: ModelPickerParts): ModelPicker {
  const all = catalogue.models();
  // The same list as long as nothing is left out of it: what is the best in it is remembered by list.
  const models = may === undefined || all.every(may) ? all : all.filter(may);
  const families = [...new Set([...familyOrder, ...models.map(({ family }) => family)])];

  /** Local models and those without a tier serve where nothing else does. */
  function bestNear(family: string, tier: Tier): Model | undefined {
    const nearest = tiers.toSorted((a, b) => distance(a, tier) - distance(b, tier));
    return (
      nearest.map((one) => bestOfFamily(models, family, one)).find((model) => model !== undefined) ??
      models.find((model) => model.family === family)
    );
  }
  function find(name: string): Found {
    try {
      const resolution = catalogue.resolve(name);
      if (resolution.kind !== 'model') throw leavesOpen(name);
      // An alias means its model even where that cannot be called.
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
    ofDifferentFamilies(tier, most, without = new Set()) {
      return families
        .filter((family) => !without.has(family))
        .flatMap((family) => bestNear(family, tier) ?? [])
        .slice(0, most);
    },
    strongestFirst() {
      const graded = tiers.flatMap((tier) =>
        families.flatMap((family) => bestOfFamily(models, family, tier) ?? []),
      );
      const others = models.filter(({ capabilities }) => capabilities.embeddings !== true);
      return [...new Set([...graded, ...others])];
    },
  };
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
