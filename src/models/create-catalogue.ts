import type { Catalogue, ConfiguredModel } from '../core/catalogue.ts';
import type { LLMProvider } from '../core/wire/llm-provider.ts';
import type { Model } from '../core/model.ts';
import type { Provider } from '../core/provider.ts';
import { loadPriceSnapshot } from './price-snapshot.ts';
import { knownNames, resolveName } from './resolve-name.ts';
import { buildCatalogueIndex } from './catalogue-index.ts';

/** What a catalogue is made from. */
export type CatalogueParts = {
  /** Providers that can be called: with a key, on this machine, simulated or configured. */
  readonly providers: readonly Provider[];
  /** All that are built in, so that a name of one that is not configured gets a helpful answer. */
  readonly known?: readonly Provider[];
  readonly configured?: readonly ConfiguredModel[];
  /** From config; they win over the built-in ones. A target is anything that `resolve` takes. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Read live from local servers. */
  readonly discovered?: readonly Model[];
  /** A library user's own objects. */
  readonly custom?: readonly LLMProvider[];
};

/** A catalogue in which the models of local servers may change. */
export type LiveCatalogue = Catalogue & {
  /** These are on local servers now, instead of those before. @throws ConclaveError `configuration`, and stays as it was. */
  discover(models: readonly Model[]): void;
};

/**
 * The catalogue of what can be called: described by config and library users, found on local servers, and the current
 * models of every configured provider. @throws ConclaveError `configuration` for a model of no configured provider.
 */
export async function createCatalogue(parts: CatalogueParts): Promise<LiveCatalogue> {
  const snapshot = await loadPriceSnapshot();
  let shelf = buildCatalogueIndex(parts, snapshot);
  const aliases = new Map(Object.entries(parts.aliases ?? {}));
  return {
    models: () => shelf.current,
    names: () => knownNames({ shelf, aliases }),
    get: (id) => shelf.get(id),
    lists: (id) => shelf.lists(id),
    resolve: (name, clientDialect) => resolveName({ shelf, aliases }, name, clientDialect),
    discover(discovered) {
      shelf = buildCatalogueIndex({ ...parts, discovered }, snapshot);
    },
  };
}
