import type { JsonObject } from '../../../core/json/json.ts';
import type { ClaudeDraft } from './draft.ts';

/** Returns the stop sequences that Claude accepts: it rejects those of white space alone. */
export function visibleStops({ request, warnings }: ClaudeDraft): string[] | undefined {
  if (request.stop === undefined) return undefined;
  const visible = request.stop.filter((sequence) => !isBlank(sequence));
  if (visible.length < request.stop.length) {
    warnings.push('A stop sequence of white space was left out: Claude refuses it.');
  }
  return visible.length === 0 ? undefined : visible;
}

/**
 * Returns the blocks of a turn for Claude to continue: white space at its end is rejected, also where Bedrock's cache
 * point follows it.
 */
export function withoutEndSpace<Block extends JsonObject>(blocks: readonly Block[]): Block[] {
  const end = blocks.findLastIndex(({ cachePoint }) => cachePoint === undefined);
  const last = blocks[end];
  return typeof last?.text === 'string'
    ? blocks.with(end, { ...last, text: last.text.trimEnd() })
    : [...blocks];
}

/** Whether a text is only white space, which every provider of Claude rejects. */
export function isBlank(text: string): boolean {
  return !/\S/.test(text);
}
