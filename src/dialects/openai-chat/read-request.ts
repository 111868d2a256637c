import { isJsonObject } from '../../core/json.ts';
import type { JsonObject } from '../../core/json.ts';
import type {
  ExtraField,
  FieldClass,
  ModelRequest,
  OutputFormat,
  Reasoning,
  ToolChoice,
  ToolDefinition,
} from '../../core/request.ts';
import { freeformTool } from '../freeform-tool.ts';
import { allowedTools } from '../allowed-tools.ts';
import { array, boolean, choice, count, number, object, refuse, string } from '../strict-fields.ts';
import { readCache, readMessages } from './read-messages.ts';

/** A client's request. @throws ConclaveError `invalid_request` with the path of the member at fault. */
export function readRequest(body: JsonObject): ModelRequest {
  const stream = boolean.optional(body, 'stream') ?? false;
  const { tools, extras: otherTools } = readTools(body);
  const options = object.optional(body, 'stream_options') ?? {};
  return dropAbsent({
    // A call that names no model is the router's to place.
    model: string.optional(body, 'model') ?? '',
    messages: readMessages(body),
    stream,
    includeUsage: boolean.optional(options, 'include_usage', 'stream_options'),
    tools: allowedTools(tools, readAllowed(body)),
    toolChoice: readToolChoice(body),
    parallelTools: boolean.optional(body, 'parallel_tool_calls'),
    output: readOutput(body),
    reasoning: readReasoning(body),
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
    extras: [...otherTools, ...unnamed(body)],
  });
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

/** Members without which the answer would not be the one that was asked for. All others are hints. */
const required: Readonly<Record<string, FieldClass>> = {
  n: 'required',
  modalities: 'required',
  audio: 'required',
  functions: 'required',
  function_call: 'required',
  web_search_options: 'required',
  moderation: 'required',
  plugins: 'required',
};

function unnamed(body: JsonObject): ExtraField[] {
  if (count.optional(body, 'n') === 0) refuse('n', 'a whole number of at least 1', 0);
  const fields: ExtraField[] = [];
  for (const name in body) {
    const value = body[name];
    if (named.has(name) || value === undefined || value === null || isDefault(name, value)) continue;
    fields.push({ name, fieldClass: required[name] ?? 'hint', value });
  }
  return fields;
}

/** Some clients always write these out; they ask for nothing. */
function isDefault(name: string, value: unknown): boolean {
  if (name === 'n') return value === 1;
  if (name === 'logprobs' || name === 'store') return value === false;
  if (name === 'metadata' || name === 'logit_bias') {
    return isJsonObject(value) && Object.keys(value).length === 0;
  }
  return name === 'modalities' && Array.isArray(value) && value.length === 1 && value[0] === 'text';
}

/** Tools that are neither functions nor custom ones are a seller's own, and travel as one field. */
function readTools(body: JsonObject): { tools: ToolDefinition[] | undefined; extras: ExtraField[] } {
  const list = array.optional(body, 'tools');
  const tools: ToolDefinition[] = [];
  const others: JsonObject[] = [];
  const extras: ExtraField[] = [];
  for (const [index, value] of (list ?? []).entries()) {
    const at = `tools.${index}`;
    const tool = object.check(value, at);
    // Mistral's clients leave the type of a function out.
    const type = string.optional(tool, 'type', at) ?? 'function';
    if (type === 'custom')
      tools.push(readCustom(object.required(tool, 'custom', at), `${at}.custom`, extras));
    else if (type !== 'function') others.push(tool);
    else {
      const called = object.required(tool, 'function', at);
      tools.push({ ...readFunction(called, `${at}.function`), ...readCache(called), ...readCache(tool) });
    }
  }
  if (others.length > 0) extras.push({ name: 'tools', fieldClass: 'pinning', value: others });
  return { tools: tools.length > 0 ? tools : undefined, extras };
}

function readCustom(found: JsonObject, at: string, extras: ExtraField[]): ToolDefinition {
  const name = nonEmpty(found, 'name', at);
  const description = string.optional(found, 'description', at);
  const format = object.optional(found, 'format', at);
  if (format?.type !== 'grammar') return freeformTool({ name, description }, at, extras);
  const where = `${at}.format.grammar`;
  const grammar = object.required(format, 'grammar', `${at}.format`);
  const syntax = string.required(grammar, 'syntax', where);
  const definition = string.required(grammar, 'definition', where);
  return freeformTool({ name, description, grammar: { syntax, definition } }, at, extras);
}

function readFunction(found: JsonObject, at: string): ToolDefinition {
  return dropAbsent({
    name: nonEmpty(found, 'name', at),
    description: string.optional(found, 'description', at),
    // A function without parameters takes none.
    inputSchema: object.optional(found, 'parameters', at) ?? { type: 'object', properties: {} },
    strict: boolean.optional(found, 'strict', at),
  });
}

const toolChoiceWord = choice('auto', 'none', 'required', 'any');
const toolChoiceType = choice('function', 'allowed_tools', 'custom');

function readToolChoice(body: JsonObject): ToolChoice | undefined {
  const found = body.tool_choice;
  if (found === undefined || found === null) return undefined;
  if (typeof found === 'string') {
    const word = toolChoiceWord.check(found, 'tool_choice');
    // Mistral's word for it.
    return { type: word === 'any' ? 'required' : word };
  }
  const at = 'tool_choice';
  const type = toolChoiceType.required(object.check(found, at), 'type', at);
  if (type === 'function') {
    return {
      type: 'tool',
      name: nonEmpty(object.required(object.check(found, at), 'function', at), 'name', `${at}.function`),
    };
  }
  if (type === 'custom') {
    const named = object.required(object.check(found, at), 'custom', at);
    return { type: 'tool', name: nonEmpty(named, 'name', `${at}.custom`) };
  }
  const allowed = object.required(object.check(found, at), 'allowed_tools', at);
  return { type: choice('auto', 'required').required(allowed, 'mode', `${at}.allowed_tools`) };
}

/** The names of the tools that a choice is restricted to. */
function readAllowed(body: JsonObject): string[] | undefined {
  if (!isJsonObject(body.tool_choice) || body.tool_choice.type !== 'allowed_tools') return undefined;
  const allowed = object.required(body.tool_choice, 'allowed_tools', 'tool_choice');
  const at = 'tool_choice.allowed_tools.tools';
  return array.required(allowed, 'tools', 'tool_choice.allowed_tools').flatMap((value, index) => {
    const tool = object.check(value, `${at}.${index}`);
    const kind = tool.type === 'custom' ? 'custom' : 'function';
    const named = object.optional(tool, kind, `${at}.${index}`);
    return named === undefined ? [] : [nonEmpty(named, 'name', `${at}.${index}.${kind}`)];
  });
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
  return dropAbsent({
    type: 'json-schema' as const,
    name: string.optional(schema, 'name', at),
    description: string.optional(schema, 'description', at),
    schema: object.optional(schema, 'schema', at) ?? {},
    // OpenAI's own default, which other dialects do not share.
    strict: boolean.optional(schema, 'strict', at) ?? false,
  });
}

const effort = choice('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max');

/** OpenAI has one word for it; OpenRouter an object, whose effort is another spelling of the same. */
function readReasoning(body: JsonObject): Reasoning | undefined {
  const word = effort.optional(body, 'reasoning_effort');
  const found = object.optional(body, 'reasoning');
  if (found === undefined) return word && { effort: word };
  const at = 'reasoning';
  const off = boolean.optional(found, 'enabled', at) === false ? ('none' as const) : undefined;
  const hidden = boolean.optional(found, 'exclude', at);
  return dropAbsent({
    effort: off ?? effort.optional(found, 'effort', at) ?? word,
    budgetTokens: count.optional(found, 'max_tokens', at),
    visible: hidden === undefined ? undefined : !hidden,
  });
}

function readStop(body: JsonObject): string[] | undefined {
  const { stop } = body;
  if (stop === undefined || stop === null) return undefined;
  if (typeof stop === 'string') return [stop];
  if (!Array.isArray(stop)) return refuse('stop', 'a string or an array of strings', stop);
  return stop.map((value, at) => string.check(value, `stop.${at}`));
}

function nonEmpty(found: JsonObject, member: string, at?: string): string {
  const text = string.required(found, member, at);
  return text === '' ? refuse(at ? `${at}.${member}` : member, 'a non-empty string', text) : text;
}

/** Without the members that are `undefined`, so that requests compare and serialise as they were meant. */
function dropAbsent<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const present: Partial<T> = {};
  for (const name in value) if (value[name] !== undefined) present[name] = value[name];
  // Every member that is left is defined, and optional in the type that the callers return.
  return present as { [K in keyof T]: Exclude<T[K], undefined> };
}
