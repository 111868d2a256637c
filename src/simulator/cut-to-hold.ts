import type { Asked, Piece, Turn } from './asked.ts';
import { promptTokens, textTokens } from './tokens.ts';

/**
 * Cuts a prompt to what a server holds: the oldest turns are dropped first, then the beginning of the last one, without
 * notice. Ollama does this if `num_ctx` is too small.
 */
export function cutToHold(asked: Asked): Asked {
  const { holds } = asked;
  if (holds === undefined || promptTokens(asked) <= holds) return asked;
  const system = asked.turns.filter(({ role }) => role === 'system');
  let rest = asked.turns.filter(({ role }) => role !== 'system');
  const fits = (turns: readonly Turn[]): boolean =>
    promptTokens({ ...asked, turns: [...system, ...turns] }) <= holds;
  while (rest.length > 1 && !fits(rest)) rest = rest.slice(1);
  const room = holds - promptTokens({ ...asked, turns: [...system, { role: 'user', pieces: [] }] });
  const turns = fits(rest) ? rest : rest.map((turn) => shortened(turn, Math.max(1, room)));
  return { ...asked, turns: [...system, ...turns] };
}

/** Keeps the end of a turn's text; other pieces stay. */
function shortened(turn: Turn, tokens: number): Turn {
  let left = tokens;
  const pieces = turn.pieces.toReversed().flatMap((piece): Piece[] => {
    if (piece.kind !== 'text' && piece.kind !== 'tool-result') return [piece];
    const text = lastTokens(piece.text, left);
    left -= textTokens(text);
    return text === '' ? [] : [{ ...piece, text }];
  });
  return { ...turn, pieces: pieces.toReversed() };
}

function lastTokens(text: string, tokens: number): string {
  if (tokens <= 0) return '';
  const bytes = Buffer.from(text);
  const tail = bytes.subarray(Math.max(0, bytes.length - tokens * 4)).toString();
  return tail.replace(/^\ufffd+/, '');
}
