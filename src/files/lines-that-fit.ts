import type { Tokens } from '../core/units.ts';
import type { TokenCounter } from './count-tokens.ts';

/**
 * Returns how many of the first lines fit into `room`. A binary search needs only a few counts; the result may be off
 * by a line.
 */
export function linesThatFit(lines: readonly string[], room: Tokens, count: TokenCounter): number {
  let fits = 0;
  let tooMany = lines.length;
  while (tooMany - fits > 1) {
    const middle = (fits + tooMany) >> 1;
    if (count(lines.slice(0, middle).join('\n')) <= room) fits = middle;
    else tooMany = middle;
  }
  return fits;
}
