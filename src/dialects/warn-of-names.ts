import type { Message } from '../core/wire/content.ts';

/** Warns where participants of one role are told apart, for a dialect that cannot. */
export function warnOfNames(messages: readonly Message[], warnings: string[]): void {
  if (messages.some(({ name }) => name !== undefined)) {
    warnings.push('The names of participants were left out: only openai-chat has a word for them.');
  }
}
