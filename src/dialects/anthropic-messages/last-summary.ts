import type { JsonValue } from '../../core/json/json.ts';
import { objectOf } from '../fields/loose-fields.ts';

/** The place of a block: its message, and its position in the content of that. */
export type BlockPlace = { readonly message: number; readonly block: number };

/**
 * Returns the place of the last summary of a conversation. Anthropic drops everything before it; a summary without text
 * is of a compaction that failed, and replaces nothing.
 * https://platform.claude.com/docs/en/build-with-claude/compaction
 */
export function lastSummary(messages: readonly JsonValue[]): BlockPlace | undefined {
  for (let message = messages.length - 1; message >= 0; message -= 1) {
    const { role, content } = objectOf(messages[message]);
    if (role !== 'assistant' || !Array.isArray(content)) continue;
    const block = content.findLastIndex(isSummary);
    if (block !== -1) return { message, block };
  }
  return undefined;
}

function isSummary(value: JsonValue): boolean {
  const { type, content } = objectOf(value);
  return type === 'compaction' && typeof content === 'string' && content !== '';
}
