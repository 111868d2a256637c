import type { Catalogue } from '../../core/catalogue.ts';
import type { Model } from '../../core/model.ts';
import type { FurtherModels, RequestTraits } from '../../core/routing/request/request-features.ts';
import type { Candidate } from '../../core/deployment.ts';
import type { Price } from '../../core/money/price.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import type { NanoUsd } from '../../core/units.ts';

/** The members of a model that bills and lists of allowed models need. `price` or `contextWindow` absent: unknown. */
export type FurtherModel = Pick<
  Model,
  'id' | 'provider' | 'name' | 'tier' | 'price' | 'rateFactors' | 'contextWindow'
>;

/** Returns the models that a request lets its provider choose from, besides the model that was asked. */
export function furtherModels(
  { extras, origin }: ModelRequest,
  catalogue: Catalogue,
): FurtherModels | undefined {
  const fields = extras?.filter((extra) => extra.furtherModels !== undefined) ?? [];
  const [first] = fields;
  if (!first || !origin) return undefined;
  const names = fields.flatMap((extra) => (extra.furtherModels === 'any' ? [] : (extra.furtherModels ?? [])));
  const isAny = fields.some((extra) => extra.furtherModels === 'any');
  const known = new Map<string, readonly FurtherModel[]>();
  const find = (provider: string): readonly FurtherModel[] =>
    isAny
      ? catalogue.models().filter((model) => model.provider === provider)
      : names.map((name) => furtherModel(catalogue, provider, name));
  // Called for every candidate, and there are few providers.
  function at(provider: string): readonly FurtherModel[] {
    const found = known.get(provider) ?? find(provider);
    known.set(provider, found);
    return found;
  }
  const answer = fields.reduce((longest, extra) => Math.max(longest, extra.furtherAnswer ?? 0), 0);
  return { field: first.name, dialect: origin, isAny, answer, at };
}

/** A model, and the deployment where it would be asked, if known. */
export type AskedModel = { readonly model: Model; readonly deployment?: Candidate['deployment'] };

/** Returns the further models for one asked model; none if the field that names them is not sent to its deployment. */
export function furtherModelsAt(
  { deployment, model }: AskedModel,
  { furtherModels: further }: RequestTraits,
): readonly FurtherModel[] {
  if (!further) return [];
  if (deployment?.endpoints.every(({ dialect }) => dialect !== further.dialect)) return [];
  return further.at(model.provider).filter(({ id }) => id !== model.id);
}

/** Whether the field that names further models also names the asked one, perhaps with another output limit. */
export function isNamedAgain({ model }: AskedModel, { furtherModels: further }: RequestTraits): boolean {
  return further?.at(model.provider).some(({ id }) => id === model.id) === true;
}

/**
 * The most that further models may cost, each `amountOf` it at its price: named models may all work; if the provider
 * chooses, only one does. Unknown prices add nothing here.
 */
export function furtherAmount(
  asked: AskedModel,
  request: RequestTraits,
  amountOf: (price: Price, model: FurtherModel) => NanoUsd,
): NanoUsd {
  const chooses = request.furtherModels?.isAny === true;
  return furtherModelsAt(asked, request).reduce((total, model) => {
    const amount = model.price ? amountOf(model.price, model) : 0n;
    if (!chooses) return total + amount;
    return amount > total ? amount : total;
  }, 0n);
}

/** Returns a model's name, or its id, without the release date. */
export function withoutDay(name: string): string {
  return name.replace(/-\d{8}$/, '');
}

/** Looks up a provider's model by the name in a request or a reply; replies append the release date. */
export function furtherModel(catalogue: Catalogue, provider: string, name: string): FurtherModel {
  const id = `${provider}/${name}`;
  const known = catalogue.get(id);
  if (known?.price) return known;
  return catalogue.get(withoutDay(id)) ?? known ?? { id, provider, name };
}
