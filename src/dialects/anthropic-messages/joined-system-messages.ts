import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import { objectOf, objectsOf } from '../fields/loose-fields.ts';

/**
 * Joins system messages that have come to stand side by side: not every address of Claude accepts that. Those with
 * settings beside their content stay apart.
 */
export function joinedSystemMessages(messages: readonly JsonValue[]): JsonValue[] {
  const turns: JsonValue[] = [];
  for (const message of messages) {
    const last = turns.at(-1);
    if (last === undefined || !isPlain(last) || !isPlain(message)) turns.push(message);
    else turns[turns.length - 1] = { role: 'system', content: [...blocksOf(last), ...blocksOf(message)] };
  }
  return turns;
}

function isPlain(message: JsonValue): boolean {
  return Object.keys(objectOf(message)).every((member) => member === 'role' || member === 'content');
}

function blocksOf(message: JsonValue): JsonObject[] {
  const { content } = objectOf(message);
  return typeof content === 'string' ? [{ type: 'text', text: content }] : objectsOf(content);
}
