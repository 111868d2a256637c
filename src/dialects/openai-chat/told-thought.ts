import { thoughtFields, type ThoughtField } from '../../core/wire/content.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import { nameOf, objectsOf, textOf } from '../fields/loose-fields.ts';

/** Returns the readable thought of an assistant message, whichever provider's member holds it. */
export function toldThought(message: JsonObject): string | undefined {
  for (const field of thoughtFields) {
    const text = nameOf(message[field]);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** Whether an assistant message has a readable thought, in a member or among its content. */
export function tellsThought(message: JsonObject): boolean {
  return toldThought(message) !== undefined || hasThought(message.content);
}

/** Adds a readable thought to an assistant message, in the provider's field for it. */
export function writeThought(message: JsonObject, field: ThoughtField, text: string): void {
  if (field !== 'content') {
    message[field] = textOf(message[field]) + text;
    return;
  }
  const parts = partsOf(message.content);
  const behind = parts.filter((part) => !isThinking(part));
  // https://docs.mistral.ai/studio-api/conversations/reasoning#multi-turn-conversations
  const thinking = { type: 'thinking', thinking: [{ type: 'text', text }], closed: true };
  message.content = [...parts.filter(isThinking), thinking, ...behind];
}

/** Whether content contains a thought as one of its parts. */
export function hasThought(content: JsonValue | undefined): boolean {
  return objectsOf(content).some(isThinking);
}

/** Returns the parts of content that are not thoughts. */
export function partsWithoutThoughts(content: JsonValue | undefined): JsonObject[] {
  return partsOf(content).filter((part) => !isThinking(part));
}

function isThinking({ type }: JsonObject): boolean {
  return type === 'thinking';
}

function partsOf(content: JsonValue | undefined): JsonObject[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  return objectsOf(content);
}
