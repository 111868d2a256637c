import { withoutEnd } from '../../core/patterns/without-end.ts';

/**
 * Reduces a text to what makes two wordings equal: case, white space, quotation marks and the punctuation at its end do
 * not count. Everything else does, also within a sentence: `C#` is not `C`, and "No, errors are retried" is not "No
 * errors are retried".
 */
export function plainWording(text: string): string {
  const plain = text
    // To put the marks of a letter in order takes time with the square of how many there are.
    .replace(/(\p{M}{16})\p{M}+/gu, '$1')
    .normalize('NFC')
    .toLowerCase()
    .replace(/[’‘]/g, "'")
    .replace(/[`"“”„«»「」『』]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  return withoutEnd(plain, /[\s.,;:!…。．！；،।]/) || plain;
}
