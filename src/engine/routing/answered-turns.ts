import type { Capability } from '../../core/model.ts';
import type { ContentPart, Message } from '../../core/wire/content.ts';

/**
 * Returns how many messages belong to turns that are over: those up to the last complete answer that the user has
 * replied to. The results of tools that a model has called and what led to the calls belong to the current turn.
 */
export function answeredMessages(messages: readonly Message[]): number {
  let isContinued = false;
  for (let at = messages.length - 1; at >= 0; at -= 1) {
    const role = messages[at]?.role;
    const isLastOfTurn = role === 'assistant' && messages[at + 1]?.role !== 'assistant';
    if (isContinued && isLastOfTurn && !messages[at]?.content.some(isCall)) return at + 1;
    isContinued ||= role === 'user';
  }
  return 0;
}

/** Returns the capability that a model needs for a part besides text, as far as servers may ignore the part without it. */
export function mediaNeed(
  part: ContentPart,
): Extract<Capability, 'vision' | 'documents' | 'audio'> | undefined {
  if (part.type === 'image') return 'vision';
  if (part.type === 'audio') return 'audio';
  return part.type === 'document' && part.source.kind !== 'text' ? 'documents' : undefined;
}

function isCall({ type }: ContentPart): boolean {
  return type === 'tool-call';
}
