import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json/json.ts';
import { listUrl, showUrl } from '../../core/wire/models-url.ts';
import type { Provider } from '../../core/provider.ts';
import type { Ms } from '../../core/units.ts';
import type { Probe } from './probe-local-server.ts';

/** Details of a server's models, by name. */
export type ShownModels = Readonly<Record<string, JsonValue>>;

/** A local server's model list, with the details of each model. */
export type LocalListing = { readonly listing: JsonValue; readonly shown: ShownModels };

/** How long to wait for a server's model list, and then for the details of each model. Default: as the probe does. */
export type LookOptions = { readonly listMs?: Ms; readonly detailsMs?: Ms };

/** Details of local servers' models; each model is only probed once. */
export interface ModelDetails {
  /**
   * Requests a server's model list and the details of models that are not known yet. Models whose details do not arrive
   * in time stay unknown. Returns `undefined` if there is no server.
   */
  look(provider: Provider, options?: LookOptions): Promise<LocalListing | undefined>;
}

/** Creates a cache of model details that never expires. */
export function modelDetails(probe: Probe): ModelDetails {
  const details = new Map<string, JsonValue>();
  return {
    async look(provider, { listMs, detailsMs } = {}) {
      const listed = listUrl({ modelsPath: '/models', ...provider }) ?? '';
      const listing = await probe(listed, listMs === undefined ? {} : { patienceMs: listMs });
      if (listing === undefined) return undefined;
      const url = showUrl(provider);
      const entries = url === undefined ? [] : entriesOf(listing);
      const patience = detailsMs === undefined ? {} : { patienceMs: detailsMs };
      const shown = await Promise.all(
        entries.map(async ({ name, entry }) => {
          // A model that was pulled again has another entry.
          const key = JSON.stringify([url, entry]);
          const known =
            details.get(key) ?? (await probe(url ?? '', { ...patience, question: { model: name } }));
          if (known === undefined) return [];
          details.set(key, known);
          return [[name, known] as const];
        }),
      );
      return { listing, shown: Object.fromEntries(shown.flat()) };
    },
  };
}

/** Reads a model list in OpenAI's format or Ollama's. */
function entriesOf(listing: JsonValue): { name: string; entry: JsonObject }[] {
  if (!isJsonObject(listing)) return [];
  const entries = [listing['data'], listing['models']].find(Array.isArray) ?? [];
  return entries.filter(isJsonObject).flatMap((entry) => {
    const name = [entry['id'], entry['model'], entry['name']].find((value) => typeof value === 'string');
    return name === undefined ? [] : [{ name, entry }];
  });
}
