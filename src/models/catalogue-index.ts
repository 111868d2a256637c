import type { ConfiguredModel } from '../core/catalogue.ts';
import { ConclaveError } from '../core/errors.ts';
import type { Model } from '../core/model.ts';
import { didYouMean, suggestion } from '../core/names/did-you-mean.ts';
import type { Provider } from '../core/provider.ts';
import type { DialectId } from '../core/wire/content.ts';
import type { Tokens } from '../core/units.ts';
import type { CatalogueSources } from './create-catalogue.ts';
import { customModels } from './custom-models.ts';
import { describeModel, listedNames, withConfigured, type DescribedProvider } from './describe-model.ts';
import { familyOf } from './family-of.ts';
import { plainName } from '../core/names/plain-name.ts';
import { whyUnlike } from './why-unlike.ts';
import { misspelt } from './misspelt.ts';
import { findPriced, type PriceSnapshot } from './price-snapshot.ts';
import { splitId } from './split-id.ts';

/** All known models, indexed by id and by their provider's name. */
export type CatalogueIndex = {
  /**
   * Models that open choices may use, and those described in config: described models first, then provider by provider,
   * best first.
   */
  readonly current: readonly Model[];
  /** The current models and the others that providers list: models being retired, and embedding models. */
  readonly listed: readonly Model[];
  /** Available providers, by id. */
  readonly providers: ReadonlyMap<string, DescribedProvider>;
  /** Built-in providers, available or not, by id. */
  readonly builtIn: ReadonlyMap<string, Provider>;
  /** Returns the id of the provider whose models a client of this dialect most likely means. */
  nativeTo(dialect: DialectId): string | undefined;
  /** Returns any model of a known provider, listed or not. */
  get(id: string): Model | undefined;
  /** Returns whether the catalogue, the config or a local server lists the id. */
  lists(id: string): boolean;
  /** Returns the models of this name that config or a library user described. */
  describedAs(name: string): readonly Model[];
  /** Returns the models that configured providers list under exactly this name. */
  listedAs(name: string): readonly Model[];
  /** Returns the id of a model whose name is written as only one of the available providers writes it. */
  idAtOwner(name: string): string | undefined;
  /** Returns whether a provider offers a model of this name, or should as its maker. */
  offers(provider: string, name: string): boolean;
};

/** Builds the index. @throws ConclaveError `configuration` for a configured model whose provider is not configured. */
export function buildCatalogueIndex(sources: CatalogueSources, snapshot: PriceSnapshot): CatalogueIndex {
  const objects = sources.custom ?? [];
  const providers = new Map<string, DescribedProvider>(
    sources.providers.map((provider) => [provider.id, provider]),
  );
  for (const { name } of objects) providers.set(name, { id: name, local: false });
  const builtIn = new Map((sources.known ?? []).map((provider) => [provider.id, provider]));

  const native = new Map(
    [...builtIn.values(), ...sources.providers].flatMap(({ id, nativeTo = [] }) =>
      nativeTo.map((dialect) => [dialect, id] as const),
    ),
  );

  const describe = (id: string): Model | undefined => {
    const { provider: providerId, name } = splitId(id);
    const provider = providers.get(providerId) ?? builtIn.get(providerId);
    if (!provider || name === '') return undefined;
    const model = describeModel(provider, name, snapshot.providers[providerId] ?? []);
    const contextWindow = model.contextWindow ?? windowAtHome(name, snapshot);
    return contextWindow === undefined ? model : { ...model, contextWindow };
  };
  const found = [...objects.flatMap(customModels), ...(sources.discovered ?? [])];
  const catalogued = [...providers.values()].flatMap((provider) =>
    listedNames(provider, snapshot.providers[provider.id] ?? []).flatMap(
      (name) => describe(`${provider.id}/${name}`) ?? [],
    ),
  );
  const configured = configuredModels(sources.configured ?? [], {
    found,
    catalogued,
    providers,
    snapshot,
    describe,
  });
  const described = firstOfEach([...configured, ...objects.flatMap(customModels)]);
  const listed = firstOfEach([...configured, ...found, ...catalogued]);
  const describedByName = Map.groupBy(described.values(), ({ name }) => name);
  const listedByName = Map.groupBy(listed.values(), ({ name }) => name);

  const offers = (provider: string, name: string) =>
    listed.has(`${provider}/${name}`) ||
    // A newer name has no folder: one with a folder is another provider's, or misspelt.
    (!name.includes('/') && familyOf(plainName(name))?.home === provider) ||
    findPriced(snapshot.providers[provider] ?? [], name)?.name === name;
  const owners = [...providers.values()].filter(({ ownNames, listPrefix }) => ownNames ?? listPrefix);

  return {
    // A model described in config is available, even if its maker is retiring it.
    current: [...listed.values()].filter(
      ({ id, retired, capabilities }) => (!retired || described.has(id)) && !capabilities.embeddings,
    ),
    listed: [...listed.values()],
    providers,
    builtIn,
    nativeTo: (dialect) => native.get(dialect),
    get: (id) => listed.get(id) ?? describe(id),
    lists: (id) => listed.has(id),
    describedAs: (name) => describedByName.get(name) ?? [],
    listedAs: (name) => listedByName.get(name) ?? [],
    idAtOwner(name) {
      for (const { id, ownNames, listPrefix } of owners) {
        const bare = name.startsWith(`${id}/`) ? name.slice(id.length + 1) : name;
        if (bare === name && ownNames?.test(name)) return `${id}/${name}`;
        if (listPrefix === undefined || !bare.startsWith(listPrefix)) continue;
        const rest = bare.slice(listPrefix.length);
        if (offers(id, rest)) return `${id}/${rest}`;
      }
      return undefined;
    },
    offers,
  };
}

/** Returns the context window of a model at its maker: the best guess for a provider that reports none. */
function windowAtHome(name: string, { providers }: PriceSnapshot): Tokens | undefined {
  const plain = plainName(name);
  const home = familyOf(plain)?.home;
  const rows = home === undefined ? [] : (providers[home] ?? []);
  return rows.find((row) => plainName(row.name) === plain)?.window;
}

type Stock = {
  readonly found: readonly Model[];
  readonly catalogued: readonly Model[];
  readonly providers: ReadonlyMap<string, DescribedProvider>;
  readonly snapshot: PriceSnapshot;
  readonly describe: (id: string) => Model | undefined;
};

function configuredModels(
  configured: readonly ConfiguredModel[],
  { found, catalogued, providers, snapshot, describe }: Stock,
): Model[] {
  return configured.map((entry, at) => {
    const configPath = ['models', at, 'id'];
    const { provider } = splitId(entry.id);
    const meant = isOnlyMoved(entry) ? misspelt(entry.id, [...found, ...catalogued]) : undefined;
    if (meant !== undefined) {
      const message = `no model "${entry.id}"; ${suggestion([meant])} A model with exactly this name needs its price or contextWindow here`;
      throw new ConclaveError('configuration', `models.${at}.id: ${message}`, { configPath });
    }
    const problem = entry.like === undefined ? undefined : whyUnlike(entry.like, snapshot);
    if (problem !== undefined) {
      const message = `models.${at}.like: ${problem}`;
      throw new ConclaveError('configuration', message, { configPath: ['models', at, 'like'] });
    }
    const reported = found.find(({ id }) => id === entry.id);
    const base = providers.has(provider)
      ? (describedLike(entry, describe, reported) ?? reported ?? describe(entry.id))
      : reported;
    if (base) return withConfigured(base, entry);
    const remedy = didYouMean(provider, providers.keys(), {
      otherwise: `add "${provider}" under providers`,
    });
    const message = `the model ${entry.id} names no configured provider; ${remedy}`;
    throw new ConclaveError('configuration', message, { configPath });
  });
}

/**
 * Returns the model that an entry says it is, under the entry's own name; what its server reports takes precedence. A
 * server that forwards calls decides where they go, whatever the model is.
 */
function describedLike(
  { id, like }: ConfiguredModel,
  describe: Stock['describe'],
  reported: Model | undefined,
): Model | undefined {
  if (like === undefined) return undefined;
  const { provider, name } = splitId(id);
  // Names are compared with patterns in lower case.
  const knownAs = like.toLowerCase();
  const known = describe(knownAs.startsWith(`${provider}/`) ? knownAs : `${provider}/${knownAs}`);
  const own = reported ?? describe(id);
  if (!known || !own) return undefined;
  const { contextWindow = known.contextWindow, parameters } = reported ?? known;
  const { price: _price, batchPrice: _batchPrice, ...described } = known;
  // Providers charge more for a fine-tuned model than for its base, and nothing for a local one.
  const { price, batchPrice } = known.local === own.local && !isFineTuned(name) ? known : own;
  return {
    ...described,
    local: own.local,
    ...(price && { price }),
    ...(batchPrice && { batchPrice }),
    id,
    name,
    knownAs,
    ...(contextWindow !== undefined && { contextWindow }),
    ...(parameters !== undefined && { parameters }),
  };
}

/** OpenAI's and Mistral's names of fine-tuned models. */
function isFineTuned(name: string): boolean {
  return name.startsWith('ft:');
}

/**
 * Returns whether an entry only sets the tier or family of a model without describing it, so it means a catalogue
 * model.
 */
function isOnlyMoved({
  like,
  tier,
  family,
  contextWindow,
  maxOutputTokens,
  capabilities,
  price,
}: ConfiguredModel): boolean {
  const isDescribed = [like, contextWindow, maxOutputTokens, capabilities, price].some(
    (field) => field !== undefined,
  );
  return !isDescribed && (tier !== undefined || family !== undefined);
}

function firstOfEach(models: readonly Model[]): ReadonlyMap<string, Model> {
  const byId = new Map<string, Model>();
  for (const model of models) if (!byId.has(model.id)) byId.set(model.id, model);
  return byId;
}
