import type { JsonObject } from '../../core/json/json.ts';
import type { Quirks } from '../../core/provider.ts';
import { nameOf } from '../fields/loose-fields.ts';
import { toldThought } from './told-thought.ts';

/** Replaces a thought that is lost: Moonshot treats an empty one as missing. */
const blank = ' ';

/**
 * Adds a thought to an assistant message with calls if the provider rejects calls without one; any other message is
 * returned unchanged.
 */
export function withDemandedThought(message: JsonObject, quirks: Quirks): JsonObject {
  const { demandsThoughts, reasoningField: field = 'reasoning_content' } = quirks;
  const calls = message.tool_calls;
  if (!demandsThoughts || message.role !== 'assistant') return message;
  if (!Array.isArray(calls) || calls.length === 0) return message;
  if (nameOf(message[field])) return message;
  return { ...message, [field]: toldThought(message) ?? blank };
}
