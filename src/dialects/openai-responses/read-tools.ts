import { appendAll } from '../../core/lists/append-all.ts';
import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import type { ExtraField, ModelRequest, ToolChoice, ToolDefinition } from '../../core/wire/request.ts';
import { allowedTools } from '../openai/allowed-tools.ts';
import { billedTools } from '../billing/billed-tools.ts';
import { objectsOf } from '../fields/loose-fields.ts';
import { array, choice, object, string } from '../fields/strict-fields.ts';
import { readClientTool } from './client-tools.ts';

/**
 * Reads the client's own tools. OpenAI's run on its servers and travel as one extra field. If the client also has tools
 * of its own, OpenAI's are dispensable and left out elsewhere, with a warning. If there are no other tools, the call is
 * pinned to OpenAI.
 */
export function readTools(body: JsonObject, extras: ExtraField[]): Pick<ModelRequest, 'tools'> {
  const tools: ToolDefinition[] = [];
  const own: JsonObject[] = [];
  for (const { tool, at } of declarations(body)) {
    const read = readClientTool(tool, at, extras);
    if (read) appendAll(tools, read);
    else own.push(tool);
    const container = containerOf(tool);
    if (container !== undefined) {
      const name = `${at}.container`;
      extras.push({ name, fieldClass: 'pinning', value: container, keptId: container });
    }
  }
  if (own.length > 0) {
    const isExtra = tools.length > 0 && own.every(({ type }) => dispensable.has(String(type)));
    const billed = billedTools(own.map(({ type }) => String(type)));
    extras.push({ name: 'tools', fieldClass: isExtra ? 'hint' : 'pinning', value: own, ...billed });
  }
  const offered = [...new Map(tools.map((tool) => [tool.name, tool])).values()];
  const allowed = allowedTools(offered, readAllowed(body.tool_choice)?.names);
  return allowed && allowed.length > 0 ? { tools: allowed } : {};
}

/**
 * Yields every tool of a request with its path. Codex also declares tools inside the conversation: in
 * `additional_tools`, and in the outputs of tool searches that it ran itself. A later declaration of a name replaces an
 * earlier one.
 */
function* declarations(body: JsonObject): Generator<{ readonly tool: JsonObject; readonly at: string }> {
  yield* declaredIn(body, '');
  for (const [index, item] of objectsOf(body.input).entries())
    if (declaresTools(item)) yield* declaredIn(item, `input.${index}.`);
}

function* declaredIn(holder: JsonObject, path: string): ReturnType<typeof declarations> {
  for (const [index, value] of (array.optional(holder, 'tools', path.slice(0, -1)) ?? []).entries()) {
    const at = `${path}tools.${index}`;
    yield { tool: object.check(value, at), at };
  }
}

/** Whether an input item declares tools of the client. */
function declaresTools({ type, execution }: JsonObject): boolean {
  return type === 'additional_tools' || (type === 'tool_search_output' && execution === 'client');
}

/** Returns the container, with its files, in which one of OpenAI's tools continues. */
function containerOf({ container, environment }: JsonObject): string | undefined {
  const named = isJsonObject(environment) ? environment.container_id : container;
  return typeof named === 'string' ? named : undefined;
}

/** Tools that refer to nothing that only OpenAI stores, such as a vector store, a container or a connector. */
const dispensable: ReadonlySet<string> = new Set([
  'web_search',
  'web_search_2025_08_26',
  'web_search_preview',
  'web_search_preview_2025_03_11',
  'local_shell',
  'image_generation',
  'tool_search',
]);

const choiceWord = choice('auto', 'none', 'required');
const mode = choice('auto', 'required');

/**
 * Reads a choice among some of the functions. If one of OpenAI's own tools is among them, the choice travels unchanged.
 */
function readAllowed(
  found: JsonValue | undefined,
): { readonly names: string[]; readonly mode: 'auto' | 'required' } | undefined {
  if (!isJsonObject(found) || found.type !== 'allowed_tools') return undefined;
  const tools = array.required(found, 'tools', 'tool_choice').map((value, index) => {
    const tool = object.check(value, `tool_choice.tools.${index}`);
    return isOurs(tool) ? string.required(tool, 'name', `tool_choice.tools.${index}`) : undefined;
  });
  const names = tools.filter((name) => name !== undefined);
  return names.length < tools.length
    ? undefined
    : { names, mode: mode.required(found, 'mode', 'tool_choice') };
}

/** Reads the tool choice; a choice of one of OpenAI's own tools travels unchanged. */
export function readToolChoice(body: JsonObject, extras: ExtraField[]): ToolChoice | undefined {
  const found = body.tool_choice;
  if (found === undefined || found === null) return undefined;
  if (typeof found === 'string') return { type: choiceWord.check(found, 'tool_choice') };
  const wanted = object.check(found, 'tool_choice');
  if (isOurs(wanted)) {
    return { type: 'tool', name: string.required(wanted, 'name', 'tool_choice') };
  }
  const allowed = readAllowed(wanted);
  if (allowed) return { type: allowed.mode };
  extras.push({ name: 'tool_choice', fieldClass: 'pinning', value: wanted });
  return undefined;
}

/** Whether a tool is the client's: a function or a custom tool. */
function isOurs({ type }: JsonObject): boolean {
  return type === 'function' || type === 'custom';
}
