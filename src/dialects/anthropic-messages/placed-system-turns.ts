import { appendAll } from '../../core/lists/append-all.ts';
import type { JsonValue } from '../../core/json/json.ts';
import { objectOf } from '../fields/loose-fields.ts';
import { joinedSystemMessages } from './joined-system-messages.ts';
import { lastingSettings } from './lasting-settings.ts';

/**
 * Returns a conversation that has lost answers with its system messages where Claude accepts them, before an answer or at
 * the end: they go behind the user's messages that now follow them, and what has come to stand side by side is joined.
 * Those for one turn only keep what they set.
 * https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages
 */
export function placedSystemTurns(messages: readonly JsonValue[]): JsonValue[] {
  const placed: JsonValue[] = [];
  let held: JsonValue[] = [];
  let moved = false;
  const place = (): void => {
    appendAll(placed, moved ? joinedSystemMessages(held) : held);
    held = [];
    moved = false;
  };
  for (const message of messages) {
    const { role } = objectOf(message);
    if (role === 'system') {
      held.push(message);
      continue;
    }
    if (role === 'user') {
      moved ||= held.length > 0;
      held = held.flatMap(afterUser);
    } else place();
    placed.push(message);
  }
  place();
  return placed;
}

function afterUser(message: JsonValue): JsonValue[] {
  return objectOf(message).clear_at === 'next_user_message' ? lastingSettings(message) : [message];
}
