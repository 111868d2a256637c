import type { Tokens } from './units.ts';

/** A quick guess, right within a factor of two for nearly all text: four bytes to a token. */
export function estimateTokens(text: string): Tokens {
  return Math.ceil(Buffer.byteLength(text) / 4);
}
