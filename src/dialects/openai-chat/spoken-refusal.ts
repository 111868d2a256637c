import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import type { Quirks } from '../../core/provider.ts';
import { nameOf, objectsOf, textOf } from '../fields/loose-fields.ts';

/**
 * Returns an assistant message with its refusal as content for a provider without OpenAI's field for it: some reject the
 * message as empty, others ignore the field. A message without a refusal is returned unchanged.
 */
export function withSpokenRefusal(message: JsonObject, { refusals }: Quirks): JsonObject {
  if (refusals || message.role !== 'assistant') return message;
  const refusal = nameOf(message.refusal);
  const parts = objectsOf(message.content);
  if (refusal === undefined && !parts.some(isRefusal)) return message;
  const { refusal: _, content = null, ...rest } = message;
  const spoken = parts.some(isRefusal) ? parts.flatMap(spokenPart) : content;
  if (refusal !== undefined && !saysRefusal(content, refusal))
    return { ...rest, content: withWords(spoken, refusal) };
  return { ...rest, content: Array.isArray(spoken) && spoken.length === 0 ? '' : spoken };
}

/** Whether the content of a message says what its field for a refusal does: some clients return both. */
export function saysRefusal(content: JsonValue | undefined, refusal: string): boolean {
  const parts = objectsOf(content);
  const refused = parts.filter(isRefusal).map((part) => textOf(part.refusal));
  return content === refusal || refused.join('') === refusal || parts.some(({ text }) => text === refusal);
}

function withWords(content: JsonValue, words: string): JsonValue {
  if (Array.isArray(content) && content.length > 0) return [...content, { type: 'text', text: words }];
  return typeof content === 'string' && content !== '' ? `${content}\n\n${words}` : words;
}

function isRefusal({ type }: JsonObject): boolean {
  return type === 'refusal';
}

function spokenPart(part: JsonObject): JsonObject[] {
  if (!isRefusal(part)) return [part];
  const text = nameOf(part.refusal);
  return text === undefined ? [] : [{ type: 'text', text }];
}
