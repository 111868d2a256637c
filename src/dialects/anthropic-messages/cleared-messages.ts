import type { JsonValue } from '../../core/json/json.ts';
import { objectOf } from '../fields/loose-fields.ts';

/**
 * Returns the positions of system messages that Claude is no longer shown: those for one turn only, after which the user
 * has sent another message. Results of tools count as one.
 */
export function clearedMessages(messages: readonly JsonValue[]): ReadonlySet<number> {
  const lastUser = messages.findLastIndex((message) => objectOf(message).role === 'user');
  const isCleared = (message: JsonValue, at: number) => {
    const { role, clear_at: clearAt } = objectOf(message);
    return at < lastUser && role === 'system' && clearAt === 'next_user_message';
  };
  return new Set(messages.flatMap((message, at) => (isCleared(message, at) ? [at] : [])));
}
