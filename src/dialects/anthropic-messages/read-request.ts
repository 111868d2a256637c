import type { ContentPart, Message } from '../../core/wire/content.ts';
import { appendAll } from '../../core/lists/append-all.ts';
import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import { setOwnMember } from '../../core/json/own-members.ts';
import type {
  ExtraField,
  ModelRequest,
  OutputFormat,
  Reasoning,
  ToolChoice,
  ToolDefinition,
} from '../../core/wire/request.ts';
import { billedTools } from '../billing/billed-tools.ts';
import { furtherFields, type FieldTraits } from '../fields/further-fields.ts';
import { objectOf, objectsOf } from '../fields/loose-fields.ts';
import { array, boolean, choice, count, number, object, refuse, string } from '../fields/strict-fields.ts';
import { serviceTerms } from '../billing/service-terms.ts';
import { withoutAttribution } from './attribution.ts';
import { withAutomaticMark } from './automatic-cache.ts';
import { cacheOf, readContent } from './read-content.ts';
import { readMessages } from './read-messages.ts';
import { sessionIn } from './session.ts';
import { lostChoice, offeredChoice, offeredTools } from './tool-changes.ts';
import { effort, turnEffort } from './turn-effort.ts';

/** Reads a client's request. @throws ConclaveError `invalid_request` with the path of the invalid field. */
export function readRequest(body: JsonObject): ModelRequest {
  return { ...readPrompt(body), maxOutputTokens: count.required(body, 'max_tokens') };
}

/** Reads all of a request except its `max_tokens`, which a request to count tokens does not have. */
export function readPrompt(body: JsonObject): ModelRequest {
  const extras: ExtraField[] = [];
  const user = string.optional(object.optional(body, 'metadata') ?? {}, 'user_id', 'metadata');
  const system = readSystem(body, extras);
  const { messages, ...conversation } = readMessages(body, extras);
  const request: ModelRequest = {
    model: string.required(body, 'model'),
    stream: boolean.optional(body, 'stream') ?? false,
    messages: withAutomaticMark([...system, ...messages], body),
    ...conversation,
    ...readTools(body, extras),
    ...readToolChoice(body),
    ...readOutput(body, extras),
    temperature: number.optional(body, 'temperature'),
    topP: number.optional(body, 'top_p'),
    topK: count.optional(body, 'top_k'),
    stop: array
      .optional(body, 'stop_sequences')
      ?.map((value, at) => string.check(value, `stop_sequences.${at}`)),
    user,
    ...sessionIn(user),
    origin: 'anthropic-messages',
  };
  const traits = (name: string, value: JsonValue) => traitsOf(name, value, messages);
  return { ...request, extras: [...extras, ...furtherFields(body, { named }, traits)] };
}

/** Fields that have a counterpart in other dialects; each is read above. */
const named = new Set([
  'model',
  'max_tokens',
  'messages',
  'system',
  'stream',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
  'output_format',
  'temperature',
  'top_p',
  'top_k',
  'stop_sequences',
  'metadata',
  'cache_control',
]);

/** Fields that lose their meaning away from Anthropic, and not only their effect on speed or cost. */
const pinning = new Set(['container', 'mcp_servers', 'inference_geo', 'thread', 'previous_message_id']);

function traitsOf(name: string, value: JsonValue, messages: readonly Message[]): FieldTraits | undefined {
  if (isDefault(name, value)) return undefined;
  const keptId = keptBy(name, value);
  return {
    ...(pinning.has(name) && { fieldClass: 'pinning' }),
    ...(keptId !== undefined && { keptId }),
    ...(name === 'thread' && { keepsAnswer: true }),
    ...serviceTerms(name, value),
    ...(name === 'context_management' && shorteningBy(value, messages)),
  };
}

/** Whether a value asks for nothing. https://platform.claude.com/docs/en/api/service-tiers */
function isDefault(name: string, value: JsonValue): boolean {
  if (name === 'context_management') return objectsOf(objectOf(value).edits).length === 0;
  return name === 'service_tier' && value === 'auto';
}

/**
 * Anthropic edits a conversation before the model reads it: it clears results of tools or thoughts, if there are any, or
 * has the model summarise it. https://platform.claude.com/docs/en/build-with-claude/context-editing
 */
function shorteningBy(value: JsonValue, messages: readonly Message[]): Pick<ExtraField, 'shortens'> {
  const edits = objectsOf(objectOf(value).edits);
  const names = (prefix: string) =>
    edits.some(({ type, keep }) => String(type).startsWith(prefix) && keep !== 'all');
  const has = (isMeant: (part: ContentPart) => boolean) =>
    messages.some(({ content }) => content.some(isMeant));
  if (names('compact_')) return { shortens: { by: 'dialect', how: 'summary' } };
  const clears =
    (names('clear_tool_uses_') && has(isToolResult)) ||
    (names('clear_thinking_') && has(({ type }) => type === 'reasoning'));
  return clears ? { shortens: { by: 'dialect', how: 'clear' } } : {};
}

/** Also a result of a tool that Anthropic runs itself, which only Anthropic can read. */
function isToolResult(part: ContentPart): boolean {
  return (
    part.type === 'tool-result' ||
    (part.type === 'opaque' && String(part.value.type).endsWith('_tool_result'))
  );
}

/**
 * Returns the id of something stored at Anthropic: the conversation that an answer belongs to, or the container with
 * the files that code left.
 */
function keptBy(name: string, value: JsonValue): string | undefined {
  const member = { thread: 'previous_message_id', container: 'id' }[name];
  const id = member !== undefined && isJsonObject(value) ? value[member] : value;
  const isKept = member !== undefined || name === 'previous_message_id';
  return isKept && typeof id === 'string' ? id : undefined;
}

/** Returns the models that tools name, such as the advisor. */
function modelsOf(list: readonly JsonObject[]): string[] {
  return list.flatMap(({ model }) => (typeof model === 'string' ? model : []));
}

function readSystem(body: JsonObject, extras: ExtraField[]): Message[] {
  if (body.system === undefined || body.system === null) return [];
  const content = readContent(body.system, 'system', extras);
  const odd = content.findIndex((part) => part.type !== 'text');
  if (odd !== -1) refuse(`system.${odd}.type`, '"text"', content[odd]?.type);
  const prompt = withoutAttribution(content);
  return prompt.length === 0 ? [] : [{ role: 'system', content: prompt }];
}

const namedOfTools = new Set(['type', 'name', 'description', 'input_schema', 'strict', 'cache_control']);

/**
 * Reads the tools. Anthropic's own tools run on its servers or need its models; they travel as one extra field. If the
 * client also has tools of its own, server tools that merely help are dispensable and left out elsewhere, with a
 * warning. If there are no other tools, the call is pinned to Anthropic.
 */
function readTools(body: JsonObject, extras: ExtraField[]): { tools?: ToolDefinition[] } {
  const list = offeredTools(body);
  if (list === undefined) return {};
  const tools: ToolDefinition[] = [];
  const own: JsonObject[] = [];
  const options: JsonObject = {};
  for (const { tool, at } of list) {
    const type = string.optional(tool, 'type', at);
    if (type !== undefined && type !== 'custom') {
      own.push(tool);
      continue;
    }
    const name = string.required(tool, 'name', at);
    tools.push({
      name,
      description: string.optional(tool, 'description', at),
      inputSchema: object.required(tool, 'input_schema', at),
      strict: boolean.optional(tool, 'strict', at),
      ...cacheOf(tool, at),
    });
    const rest = Object.entries(tool).filter(([member]) => !namedOfTools.has(member));
    if (rest.length > 0) setOwnMember(options, name, Object.fromEntries(rest));
  }
  if (own.length > 0) {
    const advisers = modelsOf(own);
    const named = advisers.length > 0 && { furtherModels: advisers };
    const billed = billedTools(own.map(({ type }) => String(type)));
    const isExtra = tools.length > 0 && own.every((tool) => isDispensable(tool, body.tool_choice));
    extras.push({ name: 'tools', fieldClass: isExtra ? 'hint' : 'pinning', value: own, ...named, ...billed });
  }
  if (Object.keys(options).length > 0) {
    extras.push({ name: 'tools.options', fieldClass: 'hint', value: options });
  }
  return tools.length > 0 ? { tools } : {};
}

/** Whether a tool keeps no data of the client and is not one that the model must call. */
function isDispensable({ type, name }: JsonObject, toolChoice: JsonValue | undefined): boolean {
  const isWanted = isJsonObject(toolChoice) && toolChoice.type === 'tool' && toolChoice.name === name;
  return !isWanted && /^(?:advisor|tool_search_tool|web_search|web_fetch)_/.test(String(type));
}

const choiceType = choice('auto', 'any', 'tool', 'none');

function readToolChoice(
  body: JsonObject,
): Pick<ModelRequest, 'toolChoice' | 'parallelTools' | 'readWarnings'> {
  const found = offeredChoice(body);
  const lost = lostChoice(body);
  const readWarnings = lost === undefined ? {} : { readWarnings: [lost] };
  if (found === undefined) return readWarnings;
  const serial = boolean.optional(found, 'disable_parallel_tool_use', 'tool_choice');
  return {
    toolChoice: toolChoice(found),
    ...(serial === undefined ? {} : { parallelTools: !serial }),
    ...readWarnings,
  };
}

function toolChoice(found: JsonObject): ToolChoice {
  const type = choiceType.required(found, 'type', 'tool_choice');
  if (type === 'any') return { type: 'required' };
  return type === 'tool' ? { type, name: string.required(found, 'name', 'tool_choice') } : { type };
}

const thinkingType = choice('enabled', 'adaptive', 'disabled', 'between_tools');

const namedOfOutput = new Set(['effort', 'format']);

/** Reads the output format and the thinking settings; both may be in `output_config`. */
function readOutput(
  body: JsonObject,
  extras: ExtraField[],
): { output?: OutputFormat; reasoning?: Reasoning } {
  const config = object.optional(body, 'output_config') ?? {};
  appendAll(extras, furtherFields(config, { named: namedOfOutput, within: 'output_config.' }));
  const output = readFormat(body);
  const reasoning = readThinking(body);
  return { ...(output && { output }), ...(reasoning && { reasoning }) };
}

function readFormat(body: JsonObject): OutputFormat | undefined {
  const config = object.optional(body, 'output_config') ?? {};
  const [found, at] =
    config.format === undefined
      ? [object.optional(body, 'output_format'), 'output_format']
      : [object.optional(config, 'format', 'output_config'), 'output_config.format'];
  if (found === undefined) return undefined;
  choice('json_schema').required(found, 'type', at);
  return { type: 'json-schema', schema: object.required(found, 'schema', at) };
}

/**
 * Reads the thinking settings. `visible` stays undefined if the client sent no `thinking`: its effort is then about the
 * whole answer. Clients of other makers' models leave out the budget, which those do not ask for.
 */
function readThinking(body: JsonObject): Reasoning | undefined {
  const config = object.optional(body, 'output_config') ?? {};
  const wanted = turnEffort(body) ?? effort.optional(config, 'effort', 'output_config');
  const thinking = object.optional(body, 'thinking');
  if (thinking === undefined) return wanted && { effort: wanted };
  const type = thinkingType.required(thinking, 'type', 'thinking');
  if (type === 'disabled' || type === 'between_tools') return { effort: 'none' };
  const visible = string.optional(thinking, 'display', 'thinking') !== 'omitted';
  const budgetTokens = type === 'enabled' ? count.optional(thinking, 'budget_tokens', 'thinking') : undefined;
  return {
    ...(wanted && { effort: wanted }),
    ...(budgetTokens !== undefined && { budgetTokens }),
    visible,
  };
}
