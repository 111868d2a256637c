import { isJsonObject, type JsonValue } from '../../core/json/json.ts';
import type { ExtraField } from '../../core/wire/request.ts';

/**
 * Returns the models that a field, of whatever dialect, lets its provider ask besides the requested one: those that a
 * list names, by name or in objects with a `model`. In any other form (Anthropic's `default`, LiteLLM's maps from models
 * to others, a preset of OpenRouter's) it may be any of them.
 * https://docs.litellm.ai/docs/proxy/reliability, https://www.assemblyai.com/docs/llm-gateway/fallback
 */
export function furtherModelsIn(name: string, value: JsonValue): Pick<ExtraField, 'furtherModels'> {
  if (setsGateway.has(name)) return namesModel(value, false) ? { furtherModels: 'any' } : {};
  const mayName = isFallback(name) || name === 'preset';
  return mayName && namesModel(value, true) ? { furtherModels: modelsListed(value) } : {};
}

/** Objects that gateways read settings of their own from: LiteLLM's, and those of Orq.ai and Vercel's AI Gateway. */
const setsGateway: ReadonlySet<string> = new Set([
  'extra_body',
  'orq',
  'providerOptions',
  'router_settings_override',
  'user_config',
]);

/** Also `context_window_fallbacks` and the like. */
function isFallback(name: string): boolean {
  return name.includes('fallback');
}

/**
 * Whether there is a text, at any depth, where models are named: not in `disable_fallbacks: true`, nor in
 * `fallback_config: {depth: 2}`. With `forModels`, the whole value is such a place.
 */
function namesModel(value: JsonValue, forModels: boolean): boolean {
  if (typeof value === 'string') return forModels;
  if (Array.isArray(value)) return value.some((listed) => namesModel(listed, forModels));
  if (!isJsonObject(value)) return false;
  return Object.entries(value).some(
    ([name, inner]) =>
      inner !== undefined && namesModel(inner, forModels || isFallback(name) || naming.has(name)),
  );
}

const naming: ReadonlySet<string> = new Set(['model', 'models', 'route', 'preset']);

function modelsListed(value: JsonValue): readonly string[] | 'any' {
  if (!Array.isArray(value)) return 'any';
  const names = value.map((listed) => (isJsonObject(listed) ? listed.model : listed));
  return names.every((name) => typeof name === 'string') ? names : 'any';
}
