import type { JsonObject } from '../core/json.ts';
import { priceList } from './price-list.ts';

/** Models that the simulated local server has installed. */
const installedModels = [
  { name: 'qwen3:8b', family: 'qwen3', parameters: '8.2B', window: 40_960, bytes: 5_225_388_164 },
  { name: 'llama3.2:3b', family: 'llama', parameters: '3.2B', window: 131_072, bytes: 2_019_393_189 },
] as const;

/** The ids that a provider lists: what its price list sells, or what is installed. */
function modelsOf(provider: string): string[] {
  if (provider === 'ollama') return installedModels.map(({ name }) => name);
  return Object.keys(priceList)
    .filter((id) => id.startsWith(`${provider}/`))
    .map((id) => id.slice(provider.length + 1));
}

/** `GET /v1/models` in OpenAI's shape. */
export function openaiModelList(provider: string): JsonObject {
  const data = modelsOf(provider).map((id) => ({
    id,
    object: 'model',
    created: releasedAtSeconds,
    owned_by: provider,
  }));
  return { object: 'list', data };
}

/** `GET /v1/models` in Anthropic's shape. */
export function anthropicModelList(provider: string): JsonObject {
  const data = modelsOf(provider).map((id) => ({
    type: 'model',
    id,
    display_name: `${id} (simulated)`,
    created_at: '2026-01-01T00:00:00Z',
  }));
  return { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
}

const releasedAtSeconds = 1_767_225_600;
