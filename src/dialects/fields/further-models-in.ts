import { isJsonObject, type JsonValue } from '../../core/json/json.ts';
import type { ExtraField } from '../../core/wire/request.ts';

/**
 * Returns the models that a field, of whatever dialect, lets its provider ask besides the requested one: those that a
 * list names, by name or in objects with a `model`. In any other form (Anthropic's `default`, LiteLLM's maps from models
 * to others, a preset of OpenRouter's) it may be any of them.
 * https://docs.litellm.ai/docs/proxy/reliability, https://www.assemblyai.com/docs/llm-gateway/fallback
 */
export function furtherModelsIn(name: string, value: JsonValue): Pick<ExtraField, 'furtherModels'> {
  if (setsGateway.has(name)) return namesModels(value) ? { furtherModels: 'any' } : {};
  return isFallback(name) || name === 'preset' ? { furtherModels: modelsListed(value) } : {};
}

/** Objects that gateways read settings of their own from: LiteLLM's, and that of Vercel's AI Gateway. */
const setsGateway: ReadonlySet<string> = new Set([
  'extra_body',
  'providerOptions',
  'router_settings_override',
]);

/** Also `context_window_fallbacks` and the like. */
function isFallback(name: string): boolean {
  return name.includes('fallback');
}

/** Whether an object has a member, at any depth, that names models. */
function namesModels(value: JsonValue): boolean {
  if (!isJsonObject(value)) return false;
  return Object.entries(value).some(
    ([name, inner]) => isFallback(name) || naming.has(name) || (inner !== undefined && namesModels(inner)),
  );
}

const naming: ReadonlySet<string> = new Set(['model', 'models', 'route', 'preset']);

function modelsListed(value: JsonValue): readonly string[] | 'any' {
  if (!Array.isArray(value)) return 'any';
  const names = value.map((listed) => (isJsonObject(listed) ? listed.model : listed));
  return names.every((name) => typeof name === 'string') ? names : 'any';
}
