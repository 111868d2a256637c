import type { Tokens } from '../../core/units.ts';
import { counterFor } from '../../files/count-tokens.ts';
import { linesThatFit } from '../../files/lines-that-fit.ts';

/**
 * Returns a text of at most `limit` tokens. A longer text is cut between lines, with a note that ends with `remedy`.
 */
export async function fitText(text: string, limit: Tokens, remedy: string): Promise<string> {
  const count = await counterFor([text], limit);
  if (count(text) <= limit) return text;
  const note = `\n\n[Cut here: the whole answer takes about ${count(text)} tokens. ${remedy}]`;
  const room = limit - count(note);
  const lines = text.split('\n');
  const fits = linesThatFit(lines, room, count);
  const kept = fits > 0 ? lines.slice(0, fits).join('\n') : text.slice(0, Math.floor(room / 3));
  return kept + note;
}
