import type { JsonObject } from '../../core/json.ts';
import type {
  ExtraField,
  FieldClass,
  ModelRequest,
  OutputFormat,
  ToolChoice,
  ToolDefinition,
} from '../../core/request.ts';
import { array, boolean, choice, count, number, object, refuse, string } from '../strict-fields.ts';
import { readMessages } from './read-messages.ts';

/** A client's request. @throws ConclaveError `invalid_request` with the path of the member at fault. */
export function readRequest(body: JsonObject): ModelRequest {
  const extras: ExtraField[] = [];
  const stream = boolean.optional(body, 'stream') ?? false;
  const streamOptions = object.optional(body, 'stream_options');
  const request: ModelRequest = {
    // A call that names no model is the router's to place.
    model: string.optional(body, 'model') ?? '',
    stream,
    messages: readMessages(array.required(body, 'messages')),
    includeUsage: streamOptions && boolean.optional(streamOptions, 'include_usage', 'stream_options'),
    ...readTools(body, extras),
    toolChoice: readToolChoice(body),
    parallelTools: boolean.optional(body, 'parallel_tool_calls'),
    output: readOutput(body),
    ...readReasoning(body),
    maxOutputTokens: count.optional(body, 'max_completion_tokens') ?? count.optional(body, 'max_tokens'),
    temperature: number.optional(body, 'temperature'),
    topP: number.optional(body, 'top_p'),
    topK: count.optional(body, 'top_k'),
    stop: readStop(body),
    seed: number.optional(body, 'seed'),
    frequencyPenalty: number.optional(body, 'frequency_penalty'),
    presencePenalty: number.optional(body, 'presence_penalty'),
    user: string.optional(body, 'user'),
    origin: 'openai-chat',
  };
  return { ...request, extras: [...extras, ...unnamed(body)] };
}

/** Members that another dialect has a word for; each is read above. */
const named = new Set([
  'model',
  'messages',
  'stream',
  'stream_options',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'response_format',
  'reasoning_effort',
  'reasoning',
  'max_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'top_k',
  'stop',
  'seed',
  'frequency_penalty',
  'presence_penalty',
  'user',
]);

/** Members that change what the answer is, and not only how it is made. */
const required = new Set(['audio', 'functions', 'function_call', 'web_search_options', 'plugins']);

function unnamed(body: JsonObject): ExtraField[] {
  const fields: ExtraField[] = [];
  for (const [name, value] of Object.entries(body)) {
    if (named.has(name) || value === undefined || value === null) continue;
    if (name === 'n' && value === 1) continue;
    fields.push({ name, fieldClass: classOf(name, value), value });
  }
  return fields;
}

function classOf(name: string, value: JsonObject[string]): FieldClass {
  if (required.has(name) || name === 'n') return 'required';
  const moreThanText = name === 'modalities' && Array.isArray(value) && value.some((kind) => kind !== 'text');
  return moreThanText ? 'required' : 'hint';
}

/** A custom tool takes free text, which no other dialect has: it travels as a field of its own. */
function readTools(body: JsonObject, extras: ExtraField[]): { tools?: ToolDefinition[] } {
  const list = array.optional(body, 'tools');
  if (list === undefined) return {};
  const tools: ToolDefinition[] = [];
  const custom: JsonObject[] = [];
  for (const [index, value] of list.entries()) {
    const at = `tools.${index}`;
    const tool = object.check(value, at);
    if (string.required(tool, 'type', at) === 'function') tools.push(readFunction(tool, at));
    else custom.push(tool);
  }
  if (custom.length > 0) extras.push({ name: 'tools', fieldClass: 'required', value: custom });
  return tools.length > 0 ? { tools } : {};
}

function readFunction(tool: JsonObject, at: string): ToolDefinition {
  const path = `${at}.function`;
  const definition = object.required(tool, 'function', at);
  return {
    name: string.required(definition, 'name', path),
    description: string.optional(definition, 'description', path),
    inputSchema: object.optional(definition, 'parameters', path) ?? { type: 'object', properties: {} },
    strict: boolean.optional(definition, 'strict', path),
  };
}

const choiceWord = choice('auto', 'none', 'required');

function readToolChoice(body: JsonObject): ToolChoice | undefined {
  const found = body.tool_choice;
  if (found === undefined || found === null) return undefined;
  if (typeof found === 'string') return { type: choiceWord.check(found, 'tool_choice') };
  const wanted = object.check(found, 'tool_choice');
  if (wanted.type !== 'function') refuse('tool_choice.type', '"function"', wanted.type);
  const definition = object.required(wanted, 'function', 'tool_choice');
  return { type: 'tool', name: string.required(definition, 'name', 'tool_choice.function') };
}

const formatType = choice('text', 'json_object', 'json_schema');

function readOutput(body: JsonObject): OutputFormat | undefined {
  const found = object.optional(body, 'response_format');
  if (found === undefined) return undefined;
  const type = formatType.required(found, 'type', 'response_format');
  if (type === 'text') return undefined;
  if (type === 'json_object') return { type: 'json' };
  const path = 'response_format.json_schema';
  const format = object.required(found, 'json_schema', 'response_format');
  return {
    type: 'json-schema',
    name: string.optional(format, 'name', path),
    description: string.optional(format, 'description', path),
    schema: object.optional(format, 'schema', path) ?? {},
    strict: boolean.optional(format, 'strict', path),
  };
}

const effort = choice('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max');

/** OpenAI's `reasoning_effort`, and OpenRouter's `reasoning` with an effort or a budget. */
function readReasoning(body: JsonObject): Pick<ModelRequest, 'reasoning'> {
  const own = effort.optional(body, 'reasoning_effort');
  const other = object.optional(body, 'reasoning') ?? {};
  const wanted = own ?? effort.optional(other, 'effort', 'reasoning');
  const budget = count.optional(other, 'max_tokens', 'reasoning');
  const hidden = boolean.optional(other, 'exclude', 'reasoning');
  if (wanted === undefined && budget === undefined) return {};
  return {
    reasoning: {
      ...(wanted !== undefined && { effort: wanted }),
      ...(budget !== undefined && { budgetTokens: budget }),
      ...(hidden !== undefined && { visible: !hidden }),
    },
  };
}

function readStop(body: JsonObject): string[] | undefined {
  const found = body.stop;
  if (found === undefined || found === null) return undefined;
  if (typeof found === 'string') return [found];
  return array.check(found, 'stop').map((value, index) => string.check(value, `stop.${index}`));
}
