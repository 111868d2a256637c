import { isJsonObject, type JsonValue } from '../json/json.ts';
import { saysNothing } from '../json/says-nothing.ts';
import type { Tokens } from '../units.ts';
import type { ExtraField } from './request.ts';

/**
 * Returns the models that a field, of whatever dialect, lets its provider ask besides the requested one: those that a
 * list names, by name or in objects with a `model`. In any other form (Anthropic's `default`, LiteLLM's maps from models
 * to others, fallbacks of a fallback, a preset of OpenRouter's) it may be any of them. With them, the longest answer that
 * the field allows one of them: LiteLLM asks a fallback with the settings of its object.
 * https://docs.litellm.ai/docs/proxy/reliability, https://www.assemblyai.com/docs/llm-gateway/fallback
 */
export function furtherModelsIn(
  name: string,
  value: JsonValue,
): Pick<ExtraField, 'furtherModels' | 'furtherAnswer'> {
  const furtherModels = modelsIn(name, value);
  if (furtherModels === undefined) return {};
  const furtherAnswer = longestAnswer(value);
  return { furtherModels, ...(furtherAnswer > 0 && { furtherAnswer }) };
}

function modelsIn(name: string, value: JsonValue): readonly string[] | 'any' | undefined {
  if (setsGateway.has(name)) return namesModel(value, false) ? 'any' : undefined;
  const mayName = isFallback(name) || name === 'preset';
  return mayName && namesModel(value, true) ? modelsListed(value) : undefined;
}

/** The greatest output limit in a value, at any depth; 0 if there is none. */
function longestAnswer(value: JsonValue | undefined): Tokens {
  if (Array.isArray(value))
    return value.reduce<Tokens>((longest, one) => Math.max(longest, longestAnswer(one)), 0);
  if (!isJsonObject(value)) return 0;
  return Object.entries(value).reduce((longest, [name, inner]) => {
    const isLimit = limitsAnswer.has(name) && typeof inner === 'number' && Number.isSafeInteger(inner);
    return Math.max(longest, isLimit ? inner : longestAnswer(inner));
  }, 0);
}

const limitsAnswer: ReadonlySet<string> = new Set([
  'max_tokens',
  'max_completion_tokens',
  'max_output_tokens',
  'maxOutputTokens',
  'maxTokens',
]);

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
 * Whether a member, at any depth, has a name for models, or has to do with fallbacks and has a text in it: not
 * `disable_fallbacks: true`, nor `fallback_config: {depth: 2}`. With `forFallbacks`, the whole value has to do with them.
 */
function namesModel(value: JsonValue, forFallbacks: boolean): boolean {
  if (typeof value === 'string') return forFallbacks;
  if (Array.isArray(value)) return value.some((listed) => namesModel(listed, forFallbacks));
  if (!isJsonObject(value)) return false;
  return Object.entries(value).some(([name, inner]) => {
    if (naming.has(name)) return !saysNothing(inner);
    return inner !== undefined && namesModel(inner, forFallbacks || isFallback(name));
  });
}

const naming: ReadonlySet<string> = new Set(['model', 'models', 'route', 'preset']);

function modelsListed(value: JsonValue): readonly string[] | 'any' {
  if (!Array.isArray(value)) return 'any';
  const names = value.map(modelListed);
  return names.every((name) => typeof name === 'string') ? names : 'any';
}

/** LiteLLM asks a fallback with the settings that its object has, too, which may name more models. */
function modelListed(listed: JsonValue): JsonValue | undefined {
  if (!isJsonObject(listed)) return listed;
  const { model, ...settings } = listed;
  return namesModel(settings, false) ? undefined : model;
}
