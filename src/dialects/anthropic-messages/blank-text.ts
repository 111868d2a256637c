import { isJsonObject } from '../../core/json/json.ts';
import type { JsonValue } from '../../core/json/json.ts';
import { isBlank } from '../makers/claude/white-space.ts';

/**
 * Returns the blocks of a message that Claude accepts. It rejects text of white space alone, which many models write
 * before tool calls; next to other text, white space is accepted and may be a separator.
 */
export function withoutBlankText<Block extends JsonValue>(blocks: readonly Block[]): Block[] {
  return isSilent(blocks) ? blocks.filter((block) => textOf(block) === undefined) : [...blocks];
}

/** Whether a message has text, and that text is only white space. */
export function isSilent(blocks: readonly JsonValue[]): boolean {
  const texts = blocks.map(textOf).filter((text) => text !== undefined);
  return texts.length > 0 && texts.every(isBlank);
}

function textOf(block: JsonValue): string | undefined {
  return isJsonObject(block) && block.type === 'text' && typeof block.text === 'string'
    ? block.text
    : undefined;
}
