import { isJsonObject } from '../../core/json.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import type { ExtraField, ModelRequest, ToolChoice, ToolDefinition } from '../../core/request.ts';
import { allowedTools } from '../allowed-tools.ts';
import { array, boolean, choice, object, string } from '../strict-fields.ts';

/** The client's functions; OpenAI's own tools run on its servers and travel as one pinning field. */
export function readTools(body: JsonObject, extras: ExtraField[]): Pick<ModelRequest, 'tools'> {
  const list = array.optional(body, 'tools');
  if (list === undefined) return {};
  const tools: ToolDefinition[] = [];
  const own: JsonObject[] = [];
  for (const [index, value] of list.entries()) {
    const at = `tools.${index}`;
    const tool = object.check(value, at);
    if (string.required(tool, 'type', at) === 'function') tools.push(readFunction(tool, at));
    else own.push(tool);
  }
  if (own.length > 0) extras.push({ name: 'tools', fieldClass: 'pinning', value: own });
  const allowed = allowedTools(tools, readAllowed(body.tool_choice)?.names);
  return allowed && allowed.length > 0 ? { tools: allowed } : {};
}

function readFunction(tool: JsonObject, at: string): ToolDefinition {
  return {
    name: string.required(tool, 'name', at),
    description: string.optional(tool, 'description', at),
    inputSchema: object.optional(tool, 'parameters', at) ?? { type: 'object', properties: {} },
    strict: boolean.optional(tool, 'strict', at),
  };
}

const choiceWord = choice('auto', 'none', 'required');
const mode = choice('auto', 'required');

/** A choice among some of the functions. With one of OpenAI's own tools in it, it travels as it came. */
function readAllowed(
  found: JsonValue | undefined,
): { readonly names: string[]; readonly mode: 'auto' | 'required' } | undefined {
  if (!isJsonObject(found) || found.type !== 'allowed_tools') return undefined;
  const tools = array.required(found, 'tools', 'tool_choice').map((value, index) => {
    const tool = object.check(value, `tool_choice.tools.${index}`);
    return tool.type === 'function' ? string.required(tool, 'name', `tool_choice.tools.${index}`) : undefined;
  });
  const names = tools.filter((name) => name !== undefined);
  return names.length < tools.length
    ? undefined
    : { names, mode: mode.required(found, 'mode', 'tool_choice') };
}

/** The choice among functions; one of OpenAI's own tools travels as it came. */
export function readToolChoice(body: JsonObject, extras: ExtraField[]): ToolChoice | undefined {
  const found = body.tool_choice;
  if (found === undefined || found === null) return undefined;
  if (typeof found === 'string') return { type: choiceWord.check(found, 'tool_choice') };
  const wanted = object.check(found, 'tool_choice');
  if (wanted.type === 'function') {
    return { type: 'tool', name: string.required(wanted, 'name', 'tool_choice') };
  }
  const allowed = readAllowed(wanted);
  if (allowed) return { type: allowed.mode };
  extras.push({ name: 'tool_choice', fieldClass: 'pinning', value: wanted });
  return undefined;
}
