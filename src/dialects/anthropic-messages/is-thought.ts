import { isJsonObject } from '../../core/json/json.ts';
import type { JsonValue } from '../../core/json/json.ts';

/** Whether a block is reasoning, readable or redacted. */
export function isThought(block: JsonValue | undefined): boolean {
  return isJsonObject(block) && (block.type === 'thinking' || block.type === 'redacted_thinking');
}
