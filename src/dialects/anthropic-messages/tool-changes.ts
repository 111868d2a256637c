import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import { nameOf, objectOf } from '../fields/loose-fields.ts';
import { array, object } from '../fields/strict-fields.ts';

/** An entry of a request's tools, and its path. */
export type ListedTool = { readonly tool: JsonObject; readonly at: string };

/** Whether a block of a system message changes the tools. */
export function changesTools({ type }: JsonObject): boolean {
  return type === 'tool_addition' || type === 'tool_removal';
}

/**
 * Returns the tools that the model may call after all changes in mid-conversation: the request's own and those that a
 * block defines, without those that have been removed since. `undefined` if there is no list and no change.
 * https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages
 */
export function offeredTools(body: JsonObject): readonly ListedTool[] | undefined {
  const own = array.optional(body, 'tools')?.map((value, index): ListedTool => {
    const at = `tools.${index}`;
    return { tool: object.check(value, at), at };
  });
  const changes = toolChanges(body.messages);
  if (changes.length === 0) return own;
  const known = new Map<JsonValue | undefined, ListedTool>();
  for (const listed of own ?? []) known.set(listed.tool.name ?? listed.at, listed);
  const removed = new Set<JsonValue | undefined>();
  for (const { block, at } of changes) {
    const { name, definition } = objectOf(block.tool);
    if (isJsonObject(definition)) {
      known.delete(definition.name);
      known.set(definition.name, { tool: definition, at: `${at}.tool.definition` });
      removed.delete(definition.name);
    } else if (block.type === 'tool_removal') removed.add(name);
    else removed.delete(name);
  }
  return [...known].flatMap(([name, listed]) => (removed.has(name) ? [] : [listed]));
}

/**
 * Returns the tool choice that fits the tools which are still offered. A removed tool can no longer be forced, and
 * without any tool there is no choice.
 */
export function offeredChoice(body: JsonObject): JsonObject | undefined {
  const asked = object.optional(body, 'tool_choice');
  if (asked === undefined || toolChanges(body.messages).length === 0) return asked;
  const offered = offeredTools(body) ?? [];
  if (offered.length === 0) return undefined;
  if (asked.type !== 'tool' || offered.some(({ tool }) => tool.name === asked.name)) return asked;
  const { name: _removed, ...rest } = asked;
  return { ...rest, type: 'auto' };
}

/** Returns the warning for a choice that forced a call and no longer does. */
export function lostChoice(body: JsonObject): string | undefined {
  const asked = objectOf(body.tool_choice);
  const isKept = offeredChoice(body)?.type === asked.type;
  if (isKept || (asked.type !== 'tool' && asked.type !== 'any')) return undefined;
  if (asked.type === 'any') return '"tool_choice" no longer forces a call: no tool is offered any more.';
  return `"tool_choice" no longer forces "${nameOf(asked.name)}": that tool is no longer offered.`;
}

type Change = { readonly block: JsonObject; readonly at: string };

function toolChanges(messages: JsonValue | undefined): Change[] {
  if (!Array.isArray(messages)) return [];
  return messages.flatMap((message, index) => {
    const { role, content } = objectOf(message);
    if (role !== 'system' || !Array.isArray(content)) return [];
    return content.flatMap((value, place): Change[] => {
      const block = objectOf(value);
      return changesTools(block) ? [{ block, at: `messages.${index}.content.${place}` }] : [];
    });
  });
}
