import type { ContentPart, Message } from '../../../core/wire/content.ts';
import { belongsToCall } from './calling-turn.ts';

/** The reasoning that a request has got back: not only signatures of calls, those alone, or nothing. */
export type Restored = 'thoughts' | 'signatures' | 'nothing';

/** Returns what was restored in the client's own messages. */
export function restoredIn(messages: readonly Message[], given: readonly Message[]): Restored {
  if (messages === given) return 'nothing';
  const changed = messages.filter((message, at) => message !== given[at]);
  return changed.some(({ content }) => content.some(isThought)) ? 'thoughts' : 'signatures';
}

function isThought(part: ContentPart): boolean {
  return part.type === 'reasoning' && !belongsToCall(part);
}
