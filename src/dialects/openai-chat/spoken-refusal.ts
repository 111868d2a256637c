import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import type { Quirks } from '../../core/provider.ts';
import { nameOf, objectsOf } from '../fields/loose-fields.ts';

/**
 * Returns an assistant message with its refusal as content for a provider without OpenAI's field for it: some reject the
 * message as empty, others ignore the field. A message without a refusal is returned unchanged.
 */
export function withSpokenRefusal(message: JsonObject, { refusals }: Quirks): JsonObject {
  if (refusals || message.role !== 'assistant') return message;
  const parts = objectsOf(message.content);
  const content = parts.some(isRefusal) ? parts.flatMap(spokenPart) : (message.content ?? null);
  const refusal = nameOf(message.refusal);
  if (refusal === undefined) return content === (message.content ?? null) ? message : { ...message, content };
  const { refusal: _, ...rest } = message;
  return { ...rest, content: withWords(content, refusal) };
}

/** Adds what was refused in the field, unless the content says it already. */
function withWords(content: JsonValue, words: string): JsonValue {
  if (content === words || objectsOf(content).some(({ text }) => text === words)) return content;
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
