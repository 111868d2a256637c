import type { Tokens } from './units.ts';

/** What is said of an answer that ended at its limit and not at its end. */
export function cutWarning(model: string | undefined, limit: Tokens | undefined): string {
  const where = limit === undefined ? 'the longest that it may write' : `its limit of ${limit} tokens`;
  return `the answer of ${model ?? 'the model'} was cut at ${where}: its end is missing`;
}
