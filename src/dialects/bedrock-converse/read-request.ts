import type { Message } from '../../core/wire/content.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import type {
  ExtraField,
  ModelRequest,
  OutputFormat,
  ToolChoice,
  ToolDefinition,
} from '../../core/wire/request.ts';
import { serviceTerms } from '../billing/service-terms.ts';
import { furtherFields, type FieldTraits } from '../fields/further-fields.ts';
import { array, choice, count, number, object, refuse, string } from '../fields/strict-fields.ts';
import { readContent } from './read-content.ts';

/**
 * Reads a client's request. Converse has the model and whether to stream in its path; the code that reads the path adds
 * them to the body as `modelId` and `stream`. @throws ConclaveError `invalid_request` with the path of the invalid
 * field.
 */
export function readRequest(body: JsonObject): ModelRequest {
  const extras: ExtraField[] = [];
  const inference = object.optional(body, 'inferenceConfig') ?? {};
  const at = 'inferenceConfig';
  const request: ModelRequest = {
    model: string.required(body, 'modelId'),
    stream: body.stream === true,
    messages: [...readSystem(body, extras), ...readMessages(body, extras)],
    ...readTools(body, extras),
    ...readFormat(body),
    maxOutputTokens: count.optional(inference, 'maxTokens', at),
    temperature: number.optional(inference, 'temperature', at),
    topP: number.optional(inference, 'topP', at),
    stop: array
      .optional(inference, 'stopSequences', at)
      ?.map((value, index) => string.check(value, `${at}.stopSequences.${index}`)),
    origin: 'bedrock-converse',
  };
  return { ...request, extras: [...extras, ...furtherFields(body, { named }, traitsOf)] };
}

const named = new Set([
  'modelId',
  'stream',
  'messages',
  'system',
  'inferenceConfig',
  'toolConfig',
  'outputConfig',
]);

function traitsOf(name: string, value: JsonValue): FieldTraits {
  return { fieldClass: name === 'guardrailConfig' ? 'pinning' : 'hint', ...serviceTerms(name, value) };
}

function readSystem(body: JsonObject, extras: ExtraField[]): Message[] {
  const content = readContent(array.optional(body, 'system') ?? [], 'system', extras);
  return content.length === 0 ? [] : [{ role: 'system', content }];
}

const role = choice('user', 'assistant');

function readMessages(body: JsonObject, extras: ExtraField[]): Message[] {
  return array.required(body, 'messages').map((value, index) => {
    const at = `messages.${index}`;
    const message = object.check(value, at);
    const content = array.required(message, 'content', at);
    return {
      role: role.required(message, 'role', at),
      content: readContent(content, `${at}.content`, extras),
    };
  });
}

/** Reads the tools. Bedrock's own tools, and cache points among the client's, travel as one extra field. */
function readTools(
  body: JsonObject,
  extras: ExtraField[],
): { tools?: ToolDefinition[]; toolChoice?: ToolChoice } {
  const config = object.optional(body, 'toolConfig');
  if (config === undefined) return {};
  const tools: ToolDefinition[] = [];
  const own: JsonObject[] = [];
  for (const [index, value] of array.required(config, 'tools', 'toolConfig').entries()) {
    const at = `toolConfig.tools.${index}`;
    const tool = object.check(value, at);
    if (tool.toolSpec === undefined) own.push(tool);
    else tools.push(readTool(object.required(tool, 'toolSpec', at), `${at}.toolSpec`));
  }
  if (own.length > 0) {
    const fieldClass = own.every(({ cachePoint }) => cachePoint !== undefined) ? 'hint' : 'pinning';
    extras.push({ name: 'toolConfig.tools', fieldClass, value: own });
  }
  const wanted = object.optional(config, 'toolChoice', 'toolConfig');
  return { ...(tools.length > 0 && { tools }), ...(wanted && { toolChoice: readChoice(wanted) }) };
}

function readTool(spec: JsonObject, at: string): ToolDefinition {
  const schema = object.required(spec, 'inputSchema', at);
  return {
    name: string.required(spec, 'name', at),
    description: string.optional(spec, 'description', at),
    inputSchema: object.required(schema, 'json', `${at}.inputSchema`),
    ...(spec.strict === true && { strict: true }),
  };
}

function readChoice(wanted: JsonObject): ToolChoice {
  const at = 'toolConfig.toolChoice';
  if (wanted.auto !== undefined) return { type: 'auto' };
  if (wanted.any !== undefined) return { type: 'required' };
  if (wanted.tool === undefined) refuse(at, 'one of "auto", "any" and "tool"', wanted);
  return { type: 'tool', name: string.required(object.required(wanted, 'tool', at), 'name', `${at}.tool`) };
}

function readFormat(body: JsonObject): { output?: OutputFormat } {
  const config = object.optional(body, 'outputConfig') ?? {};
  const format = object.optional(config, 'textFormat', 'outputConfig');
  if (format === undefined) return {};
  const at = 'outputConfig.textFormat.structure';
  const structure = object.required(format, 'structure', 'outputConfig.textFormat');
  const found = object.required(structure, 'jsonSchema', at);
  const schema = string.required(found, 'schema', `${at}.jsonSchema`);
  return {
    output: {
      type: 'json-schema',
      name: string.optional(found, 'name', `${at}.jsonSchema`),
      description: string.optional(found, 'description', `${at}.jsonSchema`),
      schema: parseSchema(schema, `${at}.jsonSchema.schema`),
    },
  };
}

function parseSchema(text: string, at: string): JsonObject {
  try {
    // JSON.parse of a string yields a JSON value, which `check` narrows.
    return object.check(JSON.parse(text) as JsonObject[string], at);
  } catch {
    return refuse(at, 'the JSON text of a schema', text);
  }
}
