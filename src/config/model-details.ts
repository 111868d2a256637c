import { isJsonObject, type JsonObject, type JsonValue } from '../core/json/json.ts';
import { modelsUrl, showUrl } from '../core/wire/models-url.ts';
import type { Provider } from '../core/provider.ts';
import type { Ms } from '../core/units.ts';
import type { Probe } from './probe-local-server.ts';

/** What a server told of its models, by name. */
export type ShownModels = Readonly<Record<string, JsonValue>>;

/** What a local server has, and what it told of each. */
export type LocalListing = { readonly listing: JsonValue; readonly shown: ShownModels };

/** What local servers have told of single models; nobody is asked twice about the same weights. */
export interface ModelDetails {
  /**
   * Asks a server what it has and, of those of which nothing is known yet, what each can do. Whoever does not answer in
   * time stays unknown. `undefined` where there is no server.
   */
  look(provider: Provider, options?: { readonly patienceMs?: Ms }): Promise<LocalListing | undefined>;
}

/** Remembers for as long as it lives. */
export function modelDetails(probe: Probe): ModelDetails {
  const told = new Map<string, JsonValue>();
  return {
    async look(provider, options = {}) {
      const listing = await probe(modelsUrl({ modelsPath: '/models', ...provider }) ?? '', options);
      if (listing === undefined) return undefined;
      const url = showUrl(provider);
      const entries = url === undefined ? [] : listed(listing);
      const shown = await Promise.all(
        entries.map(async ({ name, entry }) => {
          // A model that was pulled again says so in its entry.
          const key = JSON.stringify([url, entry]);
          const known = told.get(key) ?? (await probe(url ?? '', { ...options, question: { model: name } }));
          if (known === undefined) return [];
          told.set(key, known);
          return [[name, known] as const];
        }),
      );
      return { listing, shown: Object.fromEntries(shown.flat()) };
    },
  };
}

/** The models of a list as OpenAI's API has it. */
function listed(listing: JsonValue): { name: string; entry: JsonObject }[] {
  const entries = isJsonObject(listing) && Array.isArray(listing['data']) ? listing['data'] : [];
  return entries.filter(isJsonObject).flatMap((entry) => {
    const { id: name } = entry;
    return typeof name === 'string' ? [{ name, entry }] : [];
  });
}
