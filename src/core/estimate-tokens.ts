import type { Tokens } from './units.ts';

/** A token of nearly all text is this many bytes, within a factor of two, in every script. */
export const bytesPerToken = 4;

/** A token of a PDF or of audio typically is this many characters of Base64. */
export const mediaCharactersPerToken = 40;

/** Estimates tokens quickly, within a factor of two for nearly all text. */
export function estimateTokens(text: string): Tokens {
  return Math.ceil(Buffer.byteLength(text) / bytesPerToken);
}
