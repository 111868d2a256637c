import type { Message } from '../../core/wire/content.ts';

/** Warns that participants' names are lost, for dialects that have no field for them. */
export function warnOfNames(messages: readonly Message[], warnings: string[]): void {
  if (messages.some(({ name }) => name !== undefined)) {
    warnings.push('The names of participants were left out: only openai-chat has a field for them.');
  }
}
