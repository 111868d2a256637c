import { appendAll } from '../../core/lists/append-all.ts';
import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject } from '../../core/json/json.ts';
import { setOwnMember } from '../../core/json/own-members.ts';
import type { ExtraField, ModelRequest, ToolDefinition } from '../../core/wire/request.ts';
import { billedTools } from '../billing/billed-tools.ts';
import { objectsOf } from '../fields/loose-fields.ts';
import { array, choice, object, string } from '../fields/strict-fields.ts';
import { flatName, openaiOptions, readClientTool } from './client-tools.ts';

/**
 * Reads the client's own tools, and the choice among them. OpenAI's run on its servers and travel as one extra field. If the client also has tools
 * of its own, OpenAI's are dispensable and left out elsewhere, with a warning. If there are no other tools, the call is
 * pinned to OpenAI. If only tools of the client are allowed, OpenAI's are not offered.
 */
export function readTools(body: JsonObject, extras: ExtraField[]): Chosen {
  const tools: ToolDefinition[] = [];
  const own: JsonObject[] = [];
  const options: JsonObject = {};
  const mayUseOwn = !allowsOnlyOurs(body);
  for (const { tool, at } of declarations(body)) {
    const read = readClientTool(tool, at, extras);
    if (read) {
      appendAll(tools, read);
      for (const [name, option] of Object.entries(openaiOptions(tool))) setOwnMember(options, name, option);
    } else if (mayUseOwn) own.push(tool);
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
  if (Object.keys(options).length > 0)
    extras.push({ name: 'tools.options', fieldClass: 'hint', value: options });
  const offered = [...new Map(tools.map((tool) => [tool.name, tool])).values()];
  return readChoice(body, offered, extras);
}

type Chosen = Pick<ModelRequest, 'tools' | 'toolChoice'>;

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
export function declaresTools({ type, execution }: JsonObject): boolean {
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
 * Reads the tool choice: a word, one of the client's tools, or some of them, and then no others are offered. A choice of
 * anything else, such as OpenAI's own tools, travels unchanged.
 */
function readChoice(body: JsonObject, offered: readonly ToolDefinition[], extras: ExtraField[]): Chosen {
  const found = body.tool_choice;
  const all = offered.length > 0 ? { tools: offered } : {};
  if (found === undefined || found === null) return all;
  if (typeof found === 'string')
    return { ...all, toolChoice: { type: choiceWord.check(found, 'tool_choice') } };
  const wanted = object.check(found, 'tool_choice');
  const chosen = isOurs(wanted) ? readForced(wanted, offered) : readAllowed(wanted, offered);
  if (chosen) return chosen;
  extras.push({ name: 'tool_choice', fieldClass: 'pinning', value: wanted });
  return all;
}

function readForced(wanted: JsonObject, offered: readonly ToolDefinition[]): Chosen | undefined {
  const name = calledName(wanted, 'tool_choice');
  if (offered.length === 0) return { toolChoice: { type: 'tool', name } };
  const [called, ...others] = toolsCalled([name], offered);
  if (!called) return undefined;
  // Several namespaces may have a tool of the name.
  if (others.length > 0) return { tools: [called, ...others], toolChoice: { type: 'required' } };
  return { tools: offered, toolChoice: { type: 'tool', name: called.name } };
}

function readAllowed(wanted: JsonObject, offered: readonly ToolDefinition[]): Chosen | undefined {
  if (wanted.type !== 'allowed_tools') return undefined;
  const listed = array.required(wanted, 'tools', 'tool_choice').map((value, index) => {
    const at = `tool_choice.tools.${index}`;
    const tool = object.check(value, at);
    return isOurs(tool) ? calledName(tool, at) : undefined;
  });
  const names = listed.filter((name) => name !== undefined);
  if (names.length < listed.length) return undefined;
  const toolChoice = { type: mode.required(wanted, 'mode', 'tool_choice') };
  if (offered.length === 0 || names.length === 0) return { toolChoice };
  const tools = toolsCalled(names, offered);
  return tools.length > 0 ? { tools, toolChoice } : undefined;
}

function calledName(wanted: JsonObject, at: string): string {
  const name = string.required(wanted, 'name', at);
  return flatName(string.optional(wanted, 'namespace', at), name);
}

/** Returns the tools that are meant. Those of a namespace are named as in their calls, without the namespace. */
function toolsCalled(names: readonly string[], offered: readonly ToolDefinition[]): ToolDefinition[] {
  const wanted = new Set(names);
  const plain = new Set(offered.map(({ name }) => name));
  return offered.filter(
    ({ name, declared }) =>
      wanted.has(name) ||
      (declared?.namespace !== undefined && wanted.has(declared.name) && !plain.has(declared.name)),
  );
}

/** Whether a choice allows some of the client's tools, or none, and so nothing that runs on OpenAI's servers. */
function allowsOnlyOurs({ tool_choice: wanted }: JsonObject): boolean {
  return isJsonObject(wanted) && wanted.type === 'allowed_tools' && objectsOf(wanted.tools).every(isOurs);
}

/** Whether a tool is the client's: a function or a custom tool. */
function isOurs({ type }: JsonObject): boolean {
  return type === 'function' || type === 'custom';
}
