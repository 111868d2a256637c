import type { Asked } from '../asked.ts';
import type { Character } from '../character.ts';
import type { World } from '../compose.ts';
import type { ReplyPart } from '../replied.ts';

/** Who speaks, and what makes this request itself. */
export type Speaker = { readonly provider: string; readonly digest: string; readonly character: Character };

/** What a simulated model says to a request. */
export function answer(_world: World, asked: Asked, speaker: Speaker): ReplyPart[] {
  const question = lastQuestion(asked);
  void speaker;
  return [{ kind: 'text', text: `Simulated ${asked.model}: you asked "${question}".` }];
}

function lastQuestion(asked: Asked): string {
  const last = asked.turns.findLast(({ role }) => role === 'user');
  return last?.pieces.map((piece) => (piece.kind === 'text' ? piece.text : '')).join(' ') ?? '';
}
