import type { CallNotes } from './call-notes.ts';

type Requests = Pick<CallNotes, 'attempts' | 'steps' | 'stepRequests' | 'children' | 'answeredByCallId'>;

/**
 * Returns how many requests for the answer went to providers and are over. In a cascade they are its steps', also those of
 * steps without an answer, which have no entry among the attempts of the call.
 */
export function requestsMade({ attempts, steps, stepRequests }: Requests): number {
  return steps.length === 0 ? attempts.length : stepRequests;
}

/** Returns how many requests it took until an answer began. */
export function requestsUntilBegun(notes: Requests): number {
  const { steps, children, answeredByCallId } = notes;
  const isOver = steps.length > 0 && children.some(({ requestId }) => requestId === answeredByCallId);
  return requestsMade(notes) + (isOver ? 0 : 1);
}
