import type { Tokens } from './units.ts';

/** Estimates tokens quickly, within a factor of two for nearly all text: four bytes per token. */
export function estimateTokens(text: string): Tokens {
  return Math.ceil(Buffer.byteLength(text) / 4);
}
