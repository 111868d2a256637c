/**
 * Removes the characters at the end of a text that match the pattern of one character. A pattern such as `/[.!]+$/`
 * reads each run of them once per character, so it takes time with the square of its length.
 */
export function withoutEnd(text: string, character: RegExp): string {
  let end = text.length;
  while (end > 0 && character.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
