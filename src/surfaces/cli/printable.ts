/** A name or message from outside on one line: a terminal obeys control characters, so none of them gets through. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, '?');
}

/** The same for a text of many lines, such as a model's answer. */
export function printableText(text: string): string {
  return text.replace(/(?![\n\t])[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, '?');
}
