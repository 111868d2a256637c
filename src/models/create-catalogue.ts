import type { Catalogue, ConfiguredModel } from '../core/catalogue.ts';
import type { LLMProvider } from '../core/wire/llm-provider.ts';
import type { Model } from '../core/model.ts';
import type { Provider } from '../core/provider.ts';
import { loadPriceSnapshot } from './price-snapshot.ts';
import { knownNames, resolveName } from './resolve-name.ts';
import { buildCatalogueIndex } from './catalogue-index.ts';

/** What a catalogue is built from. */
export type CatalogueSources = {
  /** Available providers: with a key, on this machine, simulated or configured. */
  readonly providers: readonly Provider[];
  /** All built-in providers, so that naming one that is not configured gives a helpful error. */
  readonly known?: readonly Provider[];
  readonly configured?: readonly ConfiguredModel[];
  /** Aliases from config; they override the built-in ones. A target is anything that `resolve` accepts. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Models found on local servers. */
  readonly discovered?: readonly Model[];
  /** Providers defined by a library user. */
  readonly custom?: readonly LLMProvider[];
};

/** A catalogue in which the models of local servers may change. */
export type LiveCatalogue = Catalogue & {
  /** Replaces the models of local servers. @throws ConclaveError `configuration`, and stays unchanged. */
  discover(models: readonly Model[]): void;
};

/**
 * Creates the catalogue of available models: those described by config and library users, those found on local servers,
 * and the current models of every configured provider.
 * @throws ConclaveError `configuration` for a model whose provider is not configured.
 */
export async function createCatalogue(sources: CatalogueSources): Promise<LiveCatalogue> {
  const snapshot = await loadPriceSnapshot();
  let index = buildCatalogueIndex(sources, snapshot);
  const aliases = new Map(Object.entries(sources.aliases ?? {}));
  return {
    models: () => index.current,
    names: () => knownNames({ index, aliases }),
    get: (id) => index.get(id),
    lists: (id) => index.lists(id),
    resolve: (name, clientDialect) => resolveName({ index, aliases }, name, clientDialect),
    discover(discovered) {
      index = buildCatalogueIndex({ ...sources, discovered }, snapshot);
    },
  };
}
