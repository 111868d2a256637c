/** A name or message from outside on one line: a terminal obeys control characters, so none of them gets through. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, '?');
}
