import type { JsonObject } from '../../core/json/json.ts';
import type { Quirks } from '../../core/provider.ts';
import { objectsOf } from '../loose-fields.ts';

/**
 * A conversation that ends with an assistant's words, to be continued, in the seller's own way: with a mark on them, or with
 * a wish behind them where it refuses such an end. Any other is returned itself.
 */
export function withContinuation(
  messages: readonly JsonObject[],
  { continues }: Quirks,
  warnings: string[],
): readonly JsonObject[] {
  const last = messages.at(-1);
  if (continues === undefined || last?.role !== 'assistant' || objectsOf(last.tool_calls).length > 0) {
    return messages;
  }
  if (continues !== 'never') {
    return last[continues] === undefined
      ? [...messages.slice(0, -1), { ...last, [continues]: true }]
      : messages;
  }
  // Its clients know the way to its beta address, where this is taken.
  if (last.prefix !== undefined) return messages;
  warnings.push('This provider does not continue an assistant message; it was asked to go on after it.');
  return [...messages, { role: 'user', content: 'Go on from exactly where your last message ends.' }];
}
