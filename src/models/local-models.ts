import { isJsonObject, type JsonObject, type JsonValue } from '../core/json/json.ts';
import type { Model } from '../core/model.ts';
import type { Tokens } from '../core/units.ts';
import type { Capabilities } from './family.ts';
import { describeModel, type DescribedProvider } from './describe-model.ts';
import { isForwarded } from './forwarded-models.ts';
import { isEmbedderName } from './is-embedder-name.ts';

/**
 * Returns the models that a local server lists. `listing` is its reply to `/v1/models` (LM Studio, vLLM, llama.cpp,
 * Ollama) or to Ollama's `/api/tags`; `shown` may contain Ollama's `/api/show` replies by model name. A model that its
 * server forwards to another host is not local. Unreadable entries are left out.
 */
export function localModels(
  provider: DescribedProvider,
  listing: JsonValue,
  shown: Readonly<Record<string, JsonValue>> = {},
): Model[] {
  if (!isJsonObject(listing)) return [];
  const entries = [listing['data'], listing['models']].find(Array.isArray) ?? [];
  return entries.filter(isJsonObject).flatMap((entry) => localModel(provider, entry, shown) ?? []);
}

function localModel(
  provider: DescribedProvider,
  entry: JsonObject,
  shown: Readonly<Record<string, JsonValue>>,
): Model | undefined {
  const name = [entry['id'], entry['model'], entry['name']].find((value) => typeof value === 'string');
  if (name === undefined || name === '') return undefined;
  const details = shown[name];
  const show = isJsonObject(details) ? details : {};
  const local = provider.local && !isForwarded(entry, show);
  const base = describeModel({ ...provider, local }, name, []);
  const contextWindow = windowOf(entry, show) ?? base.contextWindow;
  const parameters = parametersOf(entry, show);
  return {
    ...base,
    ...(base.local && { tier: base.tier ?? 'economy' }),
    capabilities: { ...base.capabilities, ...capabilitiesOf(name, entry, show) },
    ...(contextWindow !== undefined && { contextWindow }),
    ...(parameters !== undefined && { parameters }),
  };
}

/** Returns the number of parameters reported by Ollama or llama.cpp. */
function parametersOf(entry: JsonObject, show: JsonObject): number | undefined {
  const meta = isJsonObject(entry['meta']) ? entry['meta'] : {};
  const info = isJsonObject(show['model_info']) ? show['model_info'] : {};
  const count = info['general.parameter_count'] ?? meta['n_params'];
  if (typeof count === 'number' && Number.isSafeInteger(count) && count > 0) return count;
  const details = isJsonObject(show['details']) ? show['details'] : {};
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)([KMBT])$/.exec(String(details['parameter_size'])) ?? [];
  return number === undefined ? undefined : Math.round(Number(number) * (units[unit] ?? 1));
}

const units: Readonly<Record<string, number>> = { K: 1e3, M: 1e6, B: 1e9, T: 1e12 };

/**
 * Returns the context window. vLLM, LM Studio, llama.cpp and Ollama each use their own field. The loaded window takes
 * precedence over the possible one.
 */
function windowOf(entry: JsonObject, show: JsonObject): Tokens | undefined {
  const meta = isJsonObject(entry['meta']) ? entry['meta'] : {};
  const info = isJsonObject(show['model_info']) ? show['model_info'] : {};
  const trained = Object.keys(info).find((key) => key.endsWith('.context_length'));
  return [
    entry['max_model_len'],
    entry['loaded_context_length'],
    entry['max_context_length'],
    entry['context_length'],
    meta['n_ctx'],
    meta['n_ctx_train'],
    trained === undefined ? undefined : info[trained],
  ].find((value) => typeof value === 'number' && Number.isSafeInteger(value) && value > 0) as
    | Tokens
    | undefined; // `find` keeps numbers only
}

/** Returns the capabilities. Ollama's `/api/show` lists all of them; the lists of other servers only give hints. */
function capabilitiesOf(name: string, entry: JsonObject, show: JsonObject): Capabilities {
  const shown = show['capabilities'];
  if (Array.isArray(shown)) {
    return {
      tools: shown.includes('tools'),
      vision: shown.includes('vision'),
      reasoning: shown.includes('thinking'),
      embeddings: shown.includes('embedding'),
    };
  }
  const hints = Array.isArray(entry['capabilities']) ? entry['capabilities'] : [];
  const embeds = entry['type'] === 'embeddings' || isEmbedderName(name);
  return {
    ...(embeds && { embeddings: true, tools: false }),
    ...((hints.includes('tool_use') || hints.includes('tools')) && { tools: true }),
    ...((entry['type'] === 'vlm' || hints.includes('multimodal')) && { vision: true }),
  };
}
