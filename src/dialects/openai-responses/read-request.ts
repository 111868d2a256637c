import { ConclaveError } from '../../core/errors.ts';
import { appendAll } from '../../core/lists/append-all.ts';
import type { Message } from '../../core/wire/content.ts';
import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import type { ExtraField, FieldClass, ModelRequest, OutputFormat } from '../../core/wire/request.ts';
import { readPromptCache } from '../prompt-cache/openai-prompt-cache.ts';
import { serviceTerms } from '../billing/service-terms.ts';
import { furtherFields, type FieldTraits } from '../fields/further-fields.ts';
import { objectsOf } from '../fields/loose-fields.ts';
import { crossingOf } from '../openai/crossing-of.ts';
import { boolean, choice, count, number, object, string } from '../fields/strict-fields.ts';
import { isOurId } from './item-id.ts';
import { readInput } from './read-input.ts';
import { readTools } from './read-tools.ts';

/**
 * Reads a client's request. @throws ConclaveError `invalid_request` or `unsupported` with the path of the invalid
 * field.
 */
export function readRequest(body: JsonObject): ModelRequest {
  const extras: ExtraField[] = [];
  refuseForgotten(body);
  refuseBackground(body);
  const request: ModelRequest = {
    // If a call names no model, the router chooses one.
    model: string.optional(body, 'model') ?? '',
    stream: boolean.optional(body, 'stream') ?? false,
    messages: [...readInstructions(body), ...readPrompt(body, extras)],
    ...readTools(body, extras),
    parallelTools: boolean.optional(body, 'parallel_tool_calls'),
    output: readOutput(body, extras),
    ...readReasoning(body, extras),
    maxOutputTokens: count.optional(body, 'max_output_tokens'),
    temperature: number.optional(body, 'temperature'),
    topP: number.optional(body, 'top_p'),
    user: string.optional(body, 'user'),
    ...readPromptCache(body),
    origin: 'openai-responses',
  };
  return { ...request, extras: [...extras, ...furtherFields(body, { named }, traitsOf)] };
}

/** Fields that have a counterpart in other dialects; each is read above. */
const named = new Set([
  'model',
  'stream',
  'instructions',
  'input',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'text',
  'reasoning',
  'max_output_tokens',
  'temperature',
  'top_p',
  'user',
]);

/** Fields that refer to something that only OpenAI stores. */
const pinning = new Set(['previous_response_id', 'conversation', 'prompt']);

function traitsOf(name: string, value: JsonValue): FieldTraits | undefined {
  if (isMet(name, value)) return undefined;
  const keptId = keptBy(name, value);
  return {
    fieldClass: classOf(name),
    ...(keptId !== undefined && { keptId }),
    ...crossingOf(name, 'openai-responses'),
    ...serviceTerms(name, value),
    ...shorteningBy(name, value),
  };
}

/** Returns the id of something stored at OpenAI. A conversation may be given as an object with its id. */
function keptBy(name: string, value: JsonValue): string | undefined {
  if (name !== 'previous_response_id' && name !== 'conversation') return undefined;
  const id = isJsonObject(value) ? value.id : value;
  return typeof id === 'string' ? id : undefined;
}

/**
 * OpenAI leaves out the oldest items of an input that does not fit, or summarises them.
 * https://developers.openai.com/api/docs/guides/compaction
 */
function shorteningBy(name: string, value: JsonValue): Pick<ExtraField, 'shortens'> {
  if (name === 'truncation') return { shortens: { by: 'dialect', how: 'cut' } };
  const compacts =
    name === 'context_management' && objectsOf(value).some(({ type }) => type === 'compaction');
  return compacts ? { shortens: { by: 'dialect', how: 'summary' } } : {};
}

function classOf(name: string): FieldClass {
  if (pinning.has(name)) return 'pinning';
  // The answer has the judgement in it, as in Chat Completions.
  return name === 'moderation' ? 'required' : 'hint';
}

/** Whether every answer of Conclave's meets the field anyway, so that no warning is needed. */
function isMet(name: string, value: JsonValue): boolean {
  switch (name) {
    case 'include':
      return Array.isArray(value) && value.every((wanted) => wanted === 'reasoning.encrypted_content');
    case 'background':
    case 'store':
      return value === false;
    case 'truncation':
      return value === 'disabled';
    case 'service_tier':
      return value === 'auto';
    case 'metadata':
      return isJsonObject(value) && Object.keys(value).length === 0;
    case 'top_logprobs':
      return value === 0;
    // Padding that hides event lengths from eavesdroppers; Conclave's streams have none.
    case 'stream_options':
      return true;
    default:
      return false;
  }
}

/** Rejects a reference to an answer of Conclave's: its id looks like OpenAI's, and no provider would find it. */
function refuseForgotten(body: JsonObject): void {
  if (!isOurId(body.previous_response_id)) return;
  throw new ConclaveError(
    'invalid_request',
    'previous_response_id names an answer of a model that keeps no conversations; send the whole conversation as input.',
    { param: 'previous_response_id' },
  );
}

/**
 * Rejects background responses: they are fetched and billed later, so Conclave would not see the cost and no budget
 * could cover it.
 */
function refuseBackground({ background }: JsonObject): void {
  if (background === undefined || background === null || background === false) return;
  throw new ConclaveError(
    'unsupported',
    '"background" asks for an answer that is fetched later, and none can be fetched from Conclave. Leave it out: with "stream": true a long answer arrives as it is written, and without it within the time of the whole call (routing.timeouts.totalMs).',
    { param: 'background' },
  );
}

function readInstructions(body: JsonObject): Message[] {
  const text = string.optional(body, 'instructions');
  return text === undefined || text === '' ? [] : [{ role: 'system', content: [{ type: 'text', text }] }];
}

/** A stored prompt or conversation may replace the input. */
function readPrompt(body: JsonObject, extras: ExtraField[]): Message[] {
  // Each may be empty, and then asks for nothing.
  const elsewhere = body.prompt || body.conversation || body.previous_response_id;
  const absent = body.input === undefined || body.input === null;
  return absent && elsewhere ? [] : readInput(body.input, extras);
}

const namedOfText = new Set(['format']);

const formatType = choice('text', 'json_object', 'json_schema');

function readOutput(body: JsonObject, extras: ExtraField[]): OutputFormat | undefined {
  const text = object.optional(body, 'text') ?? {};
  appendAll(extras, furtherFields(text, { named: namedOfText, within: 'text.' }));
  const format = object.optional(text, 'format', 'text');
  if (format === undefined) return undefined;
  const path = 'text.format';
  const type = formatType.required(format, 'type', path);
  if (type === 'text') return undefined;
  if (type === 'json_object') return { type: 'json' };
  return {
    type: 'json-schema',
    name: string.optional(format, 'name', path),
    description: string.optional(format, 'description', path),
    schema: object.required(format, 'schema', path),
    strict: boolean.optional(format, 'strict', path),
  };
}

const namedOfReasoning = new Set(['effort', 'summary', 'generate_summary', 'max_tokens']);

const effort = choice('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max');

function readReasoning(body: JsonObject, extras: ExtraField[]): Pick<ModelRequest, 'reasoning'> {
  const wanted = object.optional(body, 'reasoning');
  if (wanted === undefined) return {};
  const level = effort.optional(wanted, 'effort', 'reasoning');
  const summary =
    string.optional(wanted, 'summary', 'reasoning') ??
    string.optional(wanted, 'generate_summary', 'reasoning');
  // OpenRouter's field for a budget, which its clients send here too.
  const budgetTokens = count.optional(wanted, 'max_tokens', 'reasoning');
  appendAll(extras, furtherFields(wanted, { named: namedOfReasoning, within: 'reasoning.' }));
  if (level === undefined && summary === undefined && budgetTokens === undefined) return {};
  return {
    reasoning: {
      ...(level !== undefined && { effort: level }),
      ...(budgetTokens !== undefined && { budgetTokens }),
      ...(summary !== undefined && { visible: true }),
    },
  };
}
