import type { Tokens } from '../units.ts';

/** Returns the warning about an answer that was cut off at its limit. */
export function cutWarning(model: string | undefined, limit: Tokens | undefined): string {
  const where = limit === undefined ? 'its output limit' : `its limit of ${limit} tokens`;
  return `the answer of ${model ?? 'the model'} was cut at ${where}: its end is missing`;
}
