import type { JsonObject } from '../../core/json/json.ts';
import { isJsonObject } from '../../core/json/json.ts';
import type { ModelRequest, OutputFormat, Reasoning, ToolDefinition } from '../../core/wire/request.ts';
import { furtherFields } from '../fields/further-fields.ts';
import { array, boolean, choice, count, number, object, refuse, string } from '../fields/strict-fields.ts';
import { readMessages } from './read-messages.ts';
import { optionPrefix } from './write-request.ts';

/** Reads a client's request. @throws ConclaveError `invalid_request` with the path of the invalid field. */
export function readRequest(body: JsonObject): ModelRequest {
  const options = object.optional(body, 'options') ?? {};
  const at = 'options';
  return {
    model: string.required(body, 'model'),
    messages: readMessages(array.required(body, 'messages')),
    stream: boolean.optional(body, 'stream') ?? true,
    tools: array.optional(body, 'tools')?.map(readTool),
    output: readFormat(body),
    reasoning: readThink(body),
    maxOutputTokens: readLimit(options),
    temperature: number.optional(options, 'temperature', at),
    topP: number.optional(options, 'top_p', at),
    topK: count.optional(options, 'top_k', at),
    stop: readStop(options),
    seed: number.optional(options, 'seed', at),
    frequencyPenalty: number.optional(options, 'frequency_penalty', at),
    presencePenalty: number.optional(options, 'presence_penalty', at),
    origin: 'ollama-chat',
    extras: [
      ...furtherFields(body, { named }),
      ...furtherFields(options, { named: namedOptions, within: optionPrefix }),
    ],
  };
}

/**
 * The rest is how the model is loaded and kept, and finer sampling: the answer remains the requested one without it.
 */
const named = new Set(['model', 'messages', 'stream', 'tools', 'format', 'think', 'options']);
const namedOptions = new Set([
  'num_predict',
  'temperature',
  'top_p',
  'top_k',
  'stop',
  'seed',
  'frequency_penalty',
  'presence_penalty',
]);

function readTool(value: JsonObject[string], index: number): ToolDefinition {
  const at = `tools.${index}`;
  const path = `${at}.function`;
  const definition = object.required(object.check(value, at), 'function', at);
  return {
    name: string.required(definition, 'name', path),
    description: string.optional(definition, 'description', path),
    inputSchema: object.optional(definition, 'parameters', path) ?? { type: 'object', properties: {} },
  };
}

function readFormat(body: JsonObject): OutputFormat | undefined {
  const { format } = body;
  if (format === undefined || format === null || format === '') return undefined;
  if (format === 'json') return { type: 'json' };
  if (!isJsonObject(format)) return refuse('format', '"json" or a JSON schema', format);
  return { type: 'json-schema', schema: format };
}

const level = choice('low', 'medium', 'high');

function readThink(body: JsonObject): Reasoning | undefined {
  const { think } = body;
  if (think === undefined || think === null) return undefined;
  if (typeof think === 'boolean') return think ? { visible: true } : { effort: 'none' };
  return { effort: level.check(think, 'think'), visible: true };
}

/** A negative number means no limit. */
function readLimit(options: JsonObject): number | undefined {
  const limit = number.optional(options, 'num_predict', 'options');
  return limit === undefined || limit < 0 ? undefined : limit;
}

function readStop(options: JsonObject): string[] | undefined {
  if (typeof options.stop === 'string') return [options.stop];
  return array
    .optional(options, 'stop', 'options')
    ?.map((value, at) => string.check(value, `options.stop.${at}`));
}
