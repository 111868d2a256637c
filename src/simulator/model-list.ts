import type { JsonObject } from '../core/json/json.ts';
import { furtherOffers } from './further-offers.ts';
import { priceList } from './price-list.ts';
import { Refused } from './problem.ts';

/** Models that the simulated local server has installed. */
const installedModels = [
  { name: 'qwen3:30b', family: 'qwen3moe', parameters: '30.5B', window: 262_144, bytes: 18_556_699_314 },
  { name: 'qwen3:8b', family: 'qwen3', parameters: '8.2B', window: 40_960, bytes: 5_225_388_164 },
  { name: 'llama3.2:3b', family: 'llama', parameters: '3.2B', window: 131_072, bytes: 2_019_393_189 },
] as const;

const releasedAt = Date.UTC(2026, 0, 1);

/** The ids that a provider lists: those in its price list, or the installed models. */
function modelsOf(provider: string): string[] {
  if (provider === 'ollama') return installedModels.map(({ name }) => name);
  return [...Object.keys(priceList), ...Object.keys(furtherOffers)]
    .filter((id) => id.startsWith(`${provider}/`))
    .map((id) => id.slice(provider.length + 1));
}

/** `GET /v1/models` in OpenAI's format. */
export function openaiModelList(provider: string): JsonObject {
  return { object: 'list', data: modelsOf(provider).map((id) => openaiModel(provider, id)) };
}

export function openaiModel(provider: string, id: string): JsonObject {
  return { id, object: 'model', created: releasedAt / 1000, owned_by: provider };
}

/** `GET /v1/models` in Anthropic's format. */
export function anthropicModelList(provider: string): JsonObject {
  const ids = modelsOf(provider);
  return {
    data: ids.map(anthropicModel),
    has_more: false,
    first_id: ids[0] ?? null,
    last_id: ids.at(-1) ?? null,
  };
}

export function anthropicModel(id: string): JsonObject {
  return {
    type: 'model',
    id,
    display_name: `${id} (simulated)`,
    created_at: new Date(releasedAt).toISOString(),
  };
}

/** `GET /v1beta/models` in Google's format. */
export function googleModelList(provider: string): JsonObject {
  return { models: modelsOf(provider).map((id) => googleModel(provider, id)) };
}

export function googleModel(provider: string, id: string): JsonObject {
  return {
    name: `models/${id}`,
    displayName: `${id} (simulated)`,
    inputTokenLimit: priceList[`${provider}/${id}`]?.window ?? 1_048_576,
    outputTokenLimit: 65_536,
    supportedGenerationMethods: ['generateContent', 'countTokens'],
  };
}

/** `GET /foundation-models` in Bedrock's format. */
export function bedrockModelList(provider: string): JsonObject {
  const modelSummaries = modelsOf(provider).map((modelId) => ({
    modelId,
    modelName: `${modelId} (simulated)`,
    providerName: 'simulated',
    inputModalities: ['TEXT', 'IMAGE'],
    outputModalities: ['TEXT'],
    responseStreamingSupported: true,
    inferenceTypesSupported: ['ON_DEMAND'],
  }));
  return { modelSummaries };
}

/** `GET /api/tags`: the models that Ollama has installed. */
export function ollamaTags(): JsonObject {
  return { models: installedModels.map(tagOf) };
}

/** `GET /api/ps`: no model is loaded in a simulation. */
export function ollamaLoaded(): JsonObject {
  return { models: [] };
}

export function ollamaVersion(): JsonObject {
  return { version: '0.0.0-simulated' };
}

/**
 * `POST /api/show`: one installed model.
 * @throws Refused for a name that is not installed.
 */
export function ollamaShow(_provider: string, body: JsonObject): JsonObject {
  const wanted = body['model'] ?? body['name'];
  const model = installedModels.find(({ name }) => name === wanted);
  if (!model) throw new Refused({ kind: 'not-found', status: 404, model: String(wanted ?? '') });
  return {
    details: detailsOf(model),
    model_info: {
      'general.architecture': model.family,
      'general.parameter_count': Math.round(Number.parseFloat(model.parameters) * 1e9),
      [`${model.family}.context_length`]: model.window,
    },
    capabilities: ['completion', 'tools', 'thinking'],
    modified_at: new Date(releasedAt).toISOString(),
  };
}

type Installed = (typeof installedModels)[number];

function tagOf(model: Installed): JsonObject {
  return {
    name: model.name,
    model: model.name,
    modified_at: new Date(releasedAt).toISOString(),
    size: model.bytes,
    digest: 'simulated',
    details: detailsOf(model),
  };
}

function detailsOf(model: Installed): JsonObject {
  return {
    format: 'gguf',
    family: model.family,
    families: [model.family],
    parameter_size: model.parameters,
    quantization_level: 'Q4_K_M',
  };
}
