import { webSearchTerm } from '../../core/money/billing-terms.ts';
import { defined } from '../../core/json/defined.ts';
import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import type { ModelRequest, OutputFormat, Reasoning } from '../../core/wire/request.ts';
import { furtherFields, type FieldTraits } from '../fields/further-fields.ts';
import { objectsOf } from '../fields/loose-fields.ts';
import { crossingOf } from '../openai/crossing-of.ts';
import { readPromptCache } from '../prompt-cache/openai-prompt-cache.ts';
import { serviceTerms } from '../billing/service-terms.ts';
import { speaksIn } from '../request/speaks-in.ts';
import { boolean, choice, count, number, object, refuse, string } from '../fields/strict-fields.ts';
import { readMessages } from './read-messages.ts';
import { readThinkingWish, thinkingMembers } from './thinking-wish.ts';
import { readTools } from './read-tools.ts';

/** Reads a client's request. @throws ConclaveError `invalid_request` with the path of the invalid field. */
export function readRequest(body: JsonObject): ModelRequest {
  const stream = boolean.optional(body, 'stream') ?? false;
  const { extras: otherTools, ...tools } = readTools(body);
  const options = object.optional(body, 'stream_options') ?? {};
  return defined({
    // If a call names no model, the router chooses one.
    model: string.optional(body, 'model') ?? '',
    messages: readMessages(body),
    stream,
    includeUsage: boolean.optional(options, 'include_usage', 'stream_options'),
    ...tools,
    output: readOutput(body),
    reasoning: readReasoning(body),
    maxOutputTokens: count.optional(body, 'max_completion_tokens') ?? count.optional(body, 'max_tokens'),
    temperature: number.optional(body, 'temperature'),
    topP: number.optional(body, 'top_p'),
    topK: body.top_k === allTokens ? undefined : count.optional(body, 'top_k'),
    stop: readStop(body),
    seed: number.optional(body, 'seed'),
    frequencyPenalty: number.optional(body, 'frequency_penalty'),
    presencePenalty: number.optional(body, 'presence_penalty'),
    user: string.optional(body, 'user'),
    ...readPromptCache(body),
    answersIn: readModalities(body),
    origin: 'openai-chat' as const,
    extras: [...otherTools, ...furtherFields(body, { named }, traitsIn(body))],
  });
}

/** Fields that have a counterpart in other dialects; each is read above. */
const named = new Set([
  'model',
  'messages',
  'stream',
  'stream_options',
  'tools',
  'tool_choice',
  'functions',
  'function_call',
  'parallel_tool_calls',
  'response_format',
  'reasoning_effort',
  'reasoning',
  'max_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'stop',
  'seed',
  'frequency_penalty',
  'presence_penalty',
  'user',
]);

/** The `top_k` that means no limit to the servers that know it, such as vLLM. Any other is read above. */
const allTokens = -1;

/** Fields without which the answer would not be the requested one. */
const required = new Set(['n', 'modalities', 'audio', 'web_search_options', 'moderation', 'plugins']);

/** Whether a field has only settings of something that the request does not ask for. */
function isUnused(name: string, { modalities, plugins }: JsonObject): boolean {
  if (name === 'audio') return !speaksIn(modalities);
  return name === 'plugins' && objectsOf(plugins).every(({ enabled }) => enabled === false);
}

function traitsIn(body: JsonObject): (name: string, value: JsonValue) => FieldTraits | undefined {
  if (count.optional(body, 'n') === 0) refuse('n', 'a whole number of at least 1', 0);
  const hasWish = readThinkingWish(body) !== undefined;
  return (name, value) => {
    if (isDefault(name, value) || (name === 'top_k' && value !== allTokens)) return undefined;
    const asksNothing = isUnused(name, body);
    const isRead = asksNothing || (hasWish && thinkingMembers.some((member) => member === name));
    return {
      ...(!asksNothing && required.has(name) && { fieldClass: 'required' }),
      ...(name === 'modalities' && drawn(value) && { writtenBy: ['google-generate'] }),
      ...(isRead && { isRead }),
      ...(compresses(name, value) && { shortens: { by: 'router', how: 'cut' } }),
      ...(name === 'web_search_options' && { billedApart: [webSearchTerm] }),
      ...(name === 'n' && typeof value === 'number' && { answers: value }),
      // What the answer does not contain of it is billed as part of the answer.
      ...(name === 'prediction' && { predictedTokens: Buffer.byteLength(JSON.stringify(value)) }),
      ...crossingOf(name, 'openai-chat'),
      ...serviceTerms(name, value),
    };
  };
}

/**
 * OpenRouter leaves out the middle of a prompt that does not fit.
 * https://openrouter.ai/docs/guides/features/message-transforms
 */
function compresses(name: string, value: JsonValue): boolean {
  if (name === 'transforms') return Array.isArray(value) && value.includes('middle-out');
  const isOn = ({ id, enabled }: JsonObject) => id === 'context-compression' && enabled !== false;
  return name === 'plugins' && objectsOf(value).some(isOn);
}

/** Whether a value is a default, which requests nothing; some clients always write these out. */
function isDefault(name: string, value: unknown): boolean {
  if (name === 'n') return value === 1;
  if (name === 'service_tier') return value === 'auto';
  if (name === 'logprobs' || name === 'store') return value === false;
  if (name === 'top_logprobs') return value === 0;
  if (name === 'metadata' || name === 'logit_bias') {
    return isJsonObject(value) && Object.keys(value).length === 0;
  }
  return name === 'modalities' && Array.isArray(value) && value.length === 1 && value[0] === 'text';
}

function readModalities({ modalities }: JsonObject): ModelRequest['answersIn'] {
  if (speaksIn(modalities)) return 'speech';
  const isText = Array.isArray(modalities) && modalities.length === 1 && modalities[0] === 'text';
  return isText ? 'text' : drawn(modalities);
}

/**
 * Reads how OpenRouter's clients ask for images; OpenAI's own have no such modality.
 * https://openrouter.ai/docs/features/multimodal/image-generation
 */
function drawn(modalities: JsonValue | undefined): 'images' | 'text-and-images' | undefined {
  if (!Array.isArray(modalities) || !modalities.includes('image')) return undefined;
  if (modalities.length === 1) return 'images';
  return modalities.length === 2 && modalities.includes('text') ? 'text-and-images' : undefined;
}

const formatType = choice('text', 'json_object', 'json_schema');

function readOutput(body: JsonObject): OutputFormat | undefined {
  const found = object.optional(body, 'response_format');
  if (found === undefined) return undefined;
  const type = formatType.required(found, 'type', 'response_format');
  if (type === 'text') return undefined;
  if (type === 'json_object') return { type: 'json' };
  const at = 'response_format.json_schema';
  const schema = object.required(found, 'json_schema', 'response_format');
  return defined({
    type: 'json-schema' as const,
    name: string.optional(schema, 'name', at),
    description: string.optional(schema, 'description', at),
    schema: object.optional(schema, 'schema', at) ?? {},
    // OpenAI's own default, which other dialects do not share.
    strict: boolean.optional(schema, 'strict', at) ?? false,
  });
}

const effort = choice('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max');

/**
 * Reads the thinking settings. OpenAI has one field; OpenRouter an object, whose effort means the same; other providers
 * a switch.
 */
function readReasoning(body: JsonObject): Reasoning | undefined {
  const word = effort.optional(body, 'reasoning_effort');
  const found = object.optional(body, 'reasoning');
  const wish = readThinkingWish(body);
  if (found === undefined) return word ? { ...wish, effort: word } : wish;
  const at = 'reasoning';
  const enabled = boolean.optional(found, 'enabled', at);
  const hidden = boolean.optional(found, 'exclude', at);
  const budgetTokens = count.optional(found, 'max_tokens', at);
  const wanted = effort.optional(found, 'effort', at) ?? word;
  // OpenRouter's default: https://openrouter.ai/docs/use-cases/reasoning-tokens
  const unsaid = enabled === true && budgetTokens === undefined ? ('medium' as const) : undefined;
  return defined({
    effort: enabled === false ? ('none' as const) : (wanted ?? unsaid),
    budgetTokens,
    visible: hidden === undefined ? undefined : !hidden,
  });
}

function readStop(body: JsonObject): string[] | undefined {
  const { stop } = body;
  if (stop === undefined || stop === null || stop === '') return undefined;
  if (typeof stop === 'string') return [stop];
  if (!Array.isArray(stop)) return refuse('stop', 'a string or an array of strings', stop);
  return stop.map((value, at) => string.check(value, `stop.${at}`));
}
