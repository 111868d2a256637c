import type { Message } from '../../core/wire/content.ts';
import { appendAll } from '../../core/lists/append-all.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import type {
  ExtraField,
  ModelRequest,
  OutputFormat,
  Reasoning,
  ToolChoice,
  ToolDefinition,
} from '../../core/wire/request.ts';
import { billedTools } from '../billing/billed-tools.ts';
import { speaksIn } from '../request/speaks-in.ts';
import { furtherFields, type FieldTraits } from '../fields/further-fields.ts';
import { array, boolean, choice, count, number, object, refuse, string } from '../fields/strict-fields.ts';
import { callIds, type CallIds } from '../tools/call-ids.ts';
import { readContent } from './read-content.ts';
import { jsonSchema } from './json-schema.ts';
import { camelCase } from './proto-fields.ts';

/**
 * Reads a client's request. Google has the model and whether to stream in its path; the code that reads the path adds
 * them to the body as `model` and `stream`. @throws ConclaveError `invalid_request` with the path of the invalid field.
 */
export function readRequest(found: JsonObject): ModelRequest {
  const body = camelCase(found);
  const extras: ExtraField[] = [];
  const at = 'generationConfig';
  const config = camelCase(object.optional(body, at) ?? {});
  const request: ModelRequest = {
    model: string.required(body, 'model').replace(/^models\//, ''),
    stream: body.stream === true,
    messages: [...readSystem(body), ...readTurns(body)],
    ...readTools(body, extras),
    ...readFormat(config),
    ...readThinking(config),
    maxOutputTokens: count.optional(config, 'maxOutputTokens', at),
    temperature: number.optional(config, 'temperature', at),
    topP: number.optional(config, 'topP', at),
    topK: number.optional(config, 'topK', at),
    seed: number.optional(config, 'seed', at),
    frequencyPenalty: number.optional(config, 'frequencyPenalty', at),
    presencePenalty: number.optional(config, 'presencePenalty', at),
    stop: array
      .optional(config, 'stopSequences', at)
      ?.map((value, index) => string.check(value, `${at}.stopSequences.${index}`)),
    ...(speaksIn(config.responseModalities) && { answersIn: 'speech' }),
    origin: 'google-generate',
  };
  appendAll(extras, furtherFields(config, { named: namedOfConfig, within: `${at}.` }, traitsOf));
  appendAll(extras, furtherFields(body, { named }, traitsOf));
  return { ...request, extras };
}

const named = new Set([
  'model',
  'stream',
  'contents',
  'systemInstruction',
  'tools',
  'toolConfig',
  'generationConfig',
]);
const namedOfConfig = new Set([
  'maxOutputTokens',
  'temperature',
  'topP',
  'topK',
  'seed',
  'frequencyPenalty',
  'presencePenalty',
  'stopSequences',
  'responseMimeType',
  'responseSchema',
  'responseJsonSchema',
  'thinkingConfig',
]);

/** Fields that lose their meaning away from Google. */
const pinning = new Set(['cachedContent', 'responseModalities', 'speechConfig']);

/** The modality `TEXT` is what every provider returns. */
function traitsOf(name: string, value: JsonValue): FieldTraits | undefined {
  if (name === 'responseModalities' && Array.isArray(value) && value.join() === 'TEXT') return undefined;
  return pinning.has(name) ? { fieldClass: 'pinning' } : {};
}

function readSystem(body: JsonObject): Message[] {
  if (typeof body.systemInstruction === 'string') {
    return [{ role: 'system', content: [{ type: 'text', text: body.systemInstruction }] }];
  }
  const found = object.optional(body, 'systemInstruction');
  if (found === undefined) return [];
  const parts = array.required(found, 'parts', 'systemInstruction');
  const content = readContent(parts, 'systemInstruction.parts', callIds());
  return content.length === 0 ? [] : [{ role: 'system', content }];
}

const roles = choice('user', 'model', 'function');

function readTurns(body: JsonObject): Message[] {
  const ids: CallIds = callIds();
  return array.required(body, 'contents').map((value, index) => {
    const at = `contents.${index}`;
    const turn = object.check(value, at);
    const role = roles.optional(turn, 'role', at) ?? 'user';
    const parts = array.optional(turn, 'parts', at) ?? [];
    return { role: role === 'model' ? 'assistant' : 'user', content: readContent(parts, `${at}.parts`, ids) };
  });
}

/** Reads the tools. Google's own tools travel as one pinning field. */
function readTools(
  body: JsonObject,
  extras: ExtraField[],
): { tools?: ToolDefinition[]; toolChoice?: ToolChoice } {
  const tools: ToolDefinition[] = [];
  const own: JsonObject[] = [];
  for (const [index, value] of (array.optional(body, 'tools') ?? []).entries()) {
    const at = `tools.${index}`;
    const { functionDeclarations, ...rest } = camelCase(object.check(value, at));
    if (Object.keys(rest).length > 0) own.push(rest);
    for (const [position, declared] of array
      .check(functionDeclarations ?? [], `${at}.functionDeclarations`)
      .entries()) {
      tools.push(readTool(declared, `${at}.functionDeclarations.${position}`));
    }
  }
  if (own.length > 0) {
    const billed = billedTools(own.flatMap(Object.keys));
    extras.push({ name: 'tools', fieldClass: 'pinning', value: own, ...billed });
  }
  const { functionCallingConfig, ...rest } = camelCase(object.optional(body, 'toolConfig') ?? {});
  if (Object.keys(rest).length > 0) extras.push({ name: 'toolConfig', fieldClass: 'hint', value: rest });
  return {
    ...(tools.length > 0 && { tools }),
    ...readChoice(object.optional({ functionCallingConfig }, 'functionCallingConfig', 'toolConfig')),
  };
}

function readTool(value: JsonObject[string], at: string): ToolDefinition {
  const declared = camelCase(object.check(value, at));
  const description = string.optional(declared, 'description', at);
  const schema =
    object.optional(declared, 'parametersJsonSchema', at) ??
    jsonSchema(object.optional(declared, 'parameters', at) ?? { type: 'object' });
  return {
    name: string.required(declared, 'name', at),
    ...(description && { description }),
    inputSchema: schema,
  };
}

const modes = choice('AUTO', 'ANY', 'NONE', 'VALIDATED', 'MODE_UNSPECIFIED');

function readChoice(found: JsonObject | undefined): { toolChoice?: ToolChoice } {
  const at = 'toolConfig.functionCallingConfig';
  const config = camelCase(found ?? {});
  const mode = modes.optional(config, 'mode', at);
  const allowed = array.optional(config, 'allowedFunctionNames', at) ?? [];
  if (mode === 'ANY') {
    const [only] = allowed;
    return {
      toolChoice:
        allowed.length === 1
          ? { type: 'tool', name: string.check(only, `${at}.allowedFunctionNames.0`) }
          : { type: 'required' },
    };
  }
  if (mode === 'NONE') return { toolChoice: { type: 'none' } };
  return mode === 'AUTO' || mode === 'VALIDATED' ? { toolChoice: { type: 'auto' } } : {};
}

function readFormat(config: JsonObject): { output?: OutputFormat } {
  const at = 'generationConfig';
  const mime = string.optional(config, 'responseMimeType', at);
  const native = object.optional(config, 'responseSchema', at);
  const schema = object.optional(config, 'responseJsonSchema', at) ?? (native && jsonSchema(native));
  if (schema) return { output: { type: 'json-schema', schema } };
  if (mime === undefined || mime === 'text/plain') return {};
  if (mime !== 'application/json')
    refuse(`${at}.responseMimeType`, '"application/json" or "text/plain"', mime);
  return { output: { type: 'json' } };
}

const levels = choice('minimal', 'low', 'medium', 'high');

function readThinking(config: JsonObject): { reasoning?: Reasoning } {
  const at = 'generationConfig.thinkingConfig';
  const found = object.optional(config, 'thinkingConfig', 'generationConfig');
  if (found === undefined) return {};
  const thinking = camelCase(found);
  const visible = boolean.optional(thinking, 'includeThoughts', at);
  const level = string.optional(thinking, 'thinkingLevel', at)?.toLowerCase();
  const budget = number.optional(thinking, 'thinkingBudget', at);
  return {
    reasoning: {
      ...(level !== undefined && { effort: levels.check(level, `${at}.thinkingLevel`) }),
      ...(budget === 0 && { effort: 'none' }),
      // A negative budget leaves the choice to the model, as no budget does.
      ...(budget !== undefined && budget > 0 && { budgetTokens: budget }),
      ...(visible !== undefined && { visible }),
    },
  };
}
