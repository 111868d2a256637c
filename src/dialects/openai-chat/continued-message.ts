import type { JsonObject } from '../../core/json/json.ts';
import type { RequestDraft } from '../request/draft.ts';
import { objectsOf } from '../fields/loose-fields.ts';

/**
 * Prepares a conversation that ends with an assistant message to be continued, in the provider's own way: with a mark
 * on that message, or with a request after it if the provider rejects such an end. Any other conversation is returned
 * unchanged.
 */
export function withContinuation(
  messages: readonly JsonObject[],
  { target, warnings }: RequestDraft,
): readonly JsonObject[] {
  const { continues } = target.quirks;
  const last = messages.at(-1);
  if (continues === undefined || last?.role !== 'assistant' || objectsOf(last.tool_calls).length > 0) {
    return messages;
  }
  if (continues !== 'never') {
    return last[continues] === undefined
      ? [...messages.slice(0, -1), { ...last, [continues]: true }]
      : messages;
  }
  // A client that sends `prefix` knows that only the provider's beta address accepts it.
  if (last.prefix !== undefined) return messages;
  warnings.push('This provider does not continue an assistant message; it was asked to go on after it.');
  return [...messages, { role: 'user', content: 'Go on from exactly where your last message ends.' }];
}
