import { isJsonObject } from '../../core/json/json.ts';
import type { JsonValue } from '../../core/json/json.ts';
import { isBlank } from '../makers/claude/white-space.ts';

/**
 * The blocks of a message that Claude takes: white space is refused where it is all that is said, as before many models'
 * tool calls. Beside other words it is taken, and may part them.
 */
export function withoutBlankText<Block extends JsonValue>(blocks: readonly Block[]): Block[] {
  return isSilent(blocks) ? blocks.filter((block) => textOf(block) === undefined) : [...blocks];
}

/** Whether a message has text, and nothing but white space in it. */
export function isSilent(blocks: readonly JsonValue[]): boolean {
  const texts = blocks.map(textOf).filter((text) => text !== undefined);
  return texts.length > 0 && texts.every(isBlank);
}

function textOf(block: JsonValue): string | undefined {
  return isJsonObject(block) && block.type === 'text' && typeof block.text === 'string'
    ? block.text
    : undefined;
}
