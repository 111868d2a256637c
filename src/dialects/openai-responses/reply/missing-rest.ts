import type { Emit } from '../../replies/stream-reader.ts';

/**
 * Returns the missing rest of a whole text; nothing if it differs from the streamed text, which cannot be taken back.
 */
export function missingRest(emit: Emit, whole: string, streamed: string): string {
  if (whole.startsWith(streamed)) return whole.slice(streamed.length);
  if (whole !== '') {
    emit({ type: 'warning', message: 'The provider ended with another text than it had streamed.' });
  }
  return '';
}
