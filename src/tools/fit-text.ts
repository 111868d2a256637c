import type { Tokens } from '../core/units.ts';
import { counterFor } from '../files/count-tokens.ts';

/**
 * A text that takes at most `limit` tokens: cut between two lines where it takes more, with `remedy` behind the cut.
 */
export async function fitText(text: string, limit: Tokens, remedy: string): Promise<string> {
  const count = await counterFor([text], limit);
  if (count(text) <= limit) return text;
  const note = `\n\n[Cut here: the whole answer takes about ${count(text)} tokens. ${remedy}]`;
  const room = limit - count(note);
  // A line more or less is no matter: halving finds the last one that fits in a few counts.
  const lines = text.split('\n');
  let fits = 0;
  let tooMany = lines.length;
  while (tooMany - fits > 1) {
    const middle = (fits + tooMany) >> 1;
    if (count(lines.slice(0, middle).join('\n')) <= room) fits = middle;
    else tooMany = middle;
  }
  const kept = fits > 0 ? lines.slice(0, fits).join('\n') : text.slice(0, Math.floor(room / 3));
  return kept + note;
}
