import type { CallNotes } from './call-notes.ts';

/**
 * Returns how many requests for the answer went to providers and are over. In a cascade they are its steps', also those of
 * steps without an answer, which have no entry among the attempts of the call.
 */
export function requestsMade({
  attempts,
  steps,
  stepRequests,
}: Pick<CallNotes, 'attempts' | 'steps' | 'stepRequests'>): number {
  return steps.length === 0 ? attempts.length : stepRequests;
}
