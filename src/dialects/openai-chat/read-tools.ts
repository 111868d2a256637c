import { defined } from '../../core/json/defined.ts';
import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import type { ExtraField, ModelRequest, ToolChoice, ToolDefinition } from '../../core/wire/request.ts';
import { billedTools } from '../billing/billed-tools.ts';
import { freeformTool } from '../openai/freeform-tool.ts';
import { array, boolean, choice, object, refuse, string } from '../fields/strict-fields.ts';
import { readCacheMark } from '../prompt-cache/openai-prompt-cache.ts';

/** The parts of a request that concern tools. `extras`: fields that only some providers have. */
export type ReadTools = Pick<ModelRequest, 'tools' | 'toolChoice' | 'parallelTools'> & {
  readonly extras: readonly ExtraField[];
};

export function readTools(body: JsonObject): ReadTools {
  const allowed = readAllowed(body);
  const { tools, extras } = readOffered(body, allowed);
  const older = readFunctions(body);
  const offered = older.length > 0 ? [...(tools ?? []), ...older] : tools;
  // An answer in the older form has room for only one call.
  const isSerial = older.length > 0 && tools === undefined;
  return {
    ...defined({
      tools: allowedTools(offered, allowed),
      toolChoice: allowed ? { type: allowed.mode } : (readToolChoice(body) ?? readFunctionChoice(body)),
      parallelTools: boolean.optional(body, 'parallel_tool_calls') ?? (isSerial ? false : undefined),
    }),
    extras,
  };
}

/** A choice that is restricted to some of the tools. A provider's own have no name, only a type. */
type Allowed = {
  readonly mode: 'auto' | 'required';
  readonly names: ReadonlySet<string>;
  readonly types: ReadonlySet<JsonValue | undefined>;
};

const allowedMode = choice('auto', 'required');

function readAllowed({ tool_choice: found }: JsonObject): Allowed | undefined {
  if (!isJsonObject(found) || found.type !== 'allowed_tools') return undefined;
  const at = 'tool_choice.allowed_tools';
  const allowed = object.required(found, 'allowed_tools', 'tool_choice');
  const names = new Set<string>();
  const types = new Set<JsonValue | undefined>();
  for (const [index, value] of array.required(allowed, 'tools', at).entries()) {
    const where = `${at}.tools.${index}`;
    const tool = object.check(value, where);
    const kind = tool.type === 'custom' ? 'custom' : 'function';
    const named = object.optional(tool, kind, where);
    if (named) names.add(nonEmpty(named, 'name', `${where}.${kind}`));
    types.add(tool.type);
  }
  return { mode: allowedMode.required(allowed, 'mode', at), names, types };
}

/** Tools that are neither functions nor custom ones are a provider's own, and travel as one field. */
function readOffered(
  body: JsonObject,
  allowed: Allowed | undefined,
): { tools: ToolDefinition[] | undefined; extras: ExtraField[] } {
  const list = array.optional(body, 'tools');
  const tools: ToolDefinition[] = [];
  const others: JsonObject[] = [];
  const extras: ExtraField[] = [];
  for (const [index, value] of (list ?? []).entries()) {
    const at = `tools.${index}`;
    const tool = object.check(value, at);
    // Mistral's clients leave out the type of a function.
    const type = string.optional(tool, 'type', at) ?? 'function';
    if (type === 'custom')
      tools.push(readCustom(object.required(tool, 'custom', at), `${at}.custom`, extras));
    else if (type !== 'function') {
      if (allowed?.types.has(type) !== false) others.push(tool);
    } else {
      const called = object.required(tool, 'function', at);
      tools.push({
        ...readFunction(called, `${at}.function`),
        ...readCacheMark(called),
        ...readCacheMark(tool),
      });
    }
  }
  if (others.length > 0) {
    const billed = billedTools(others.map(({ type }) => String(type)));
    extras.push({ name: 'tools', fieldClass: 'pinning', value: others, ...billed });
  }
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
  return defined({
    name: nonEmpty(found, 'name', at),
    description: string.optional(found, 'description', at),
    // A function without `parameters` accepts none.
    inputSchema: object.optional(found, 'parameters', at) ?? { type: 'object', properties: {} },
    strict: boolean.optional(found, 'strict', at),
  });
}

/** Reads `functions`, the older form of tools. */
function readFunctions(body: JsonObject): ToolDefinition[] {
  return (array.optional(body, 'functions') ?? []).map((value, index) => {
    const at = `functions.${index}`;
    const read = readFunction(object.check(value, at), at);
    return { ...read, declared: { type: 'legacy-function', name: read.name } };
  });
}

const toolChoiceWord = choice('auto', 'none', 'required', 'any');
const toolChoiceType = choice('function', 'allowed_tools', 'custom');

function readToolChoice(body: JsonObject): ToolChoice | undefined {
  const found = body.tool_choice;
  if (found === undefined || found === null) return undefined;
  if (typeof found === 'string') {
    const word = toolChoiceWord.check(found, 'tool_choice');
    // Mistral's name for `required`.
    return { type: word === 'any' ? 'required' : word };
  }
  const at = 'tool_choice';
  const wanted = object.check(found, at);
  const type = toolChoiceType.required(wanted, 'type', at);
  return { type: 'tool', name: nonEmpty(object.required(wanted, type, at), 'name', `${at}.${type}`) };
}

const functionChoiceWord = choice('auto', 'none');

function readFunctionChoice(body: JsonObject): ToolChoice | undefined {
  const found = body.function_call;
  if (found === undefined || found === null) return undefined;
  const at = 'function_call';
  if (typeof found === 'string') return { type: functionChoiceWord.check(found, at) };
  return { type: 'tool', name: nonEmpty(object.check(found, at), 'name', at) };
}

/** Returns the tools that the model may call. Dialects that cannot restrict the choice are offered no others. */
function allowedTools(
  offered: readonly ToolDefinition[] | undefined,
  allowed: Allowed | undefined,
): readonly ToolDefinition[] | undefined {
  if (offered === undefined || allowed === undefined) return offered;
  const { names } = allowed;
  const tools = offered.filter(({ name }) => names.has(name));
  if (tools.length > 0) return tools;
  return names.size === 0
    ? undefined
    : refuse('tool_choice.allowed_tools.tools', 'among the offered tools', [...names].join(', '));
}

function nonEmpty(found: JsonObject, member: string, at?: string): string {
  const text = string.required(found, member, at);
  return text === '' ? refuse(at ? `${at}.${member}` : member, 'a non-empty string', text) : text;
}
