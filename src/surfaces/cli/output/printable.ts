/** Puts an untrusted name or message on one line, without the control characters that a terminal would obey. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, '?');
}

/**
 * Replaces the control characters in a text of many lines, such as a model's answer. Windows' line endings become `\n`.
 * The marks that right-to-left texts need stay, because they only affect the characters next to them.
 */
export function printableText(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(/(?![\n\t\u061c\u200e\u200f])[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, '?');
}

/**
 * Returns `printableText` for a text that arrives in pieces. A `\r` at the end of a piece waits for the next, which may
 * complete a line ending; at the end of the text it is left out.
 */
export function printablePieces(): (piece: string) => string {
  let held = '';
  return (piece) => {
    const text = held + piece;
    held = text.endsWith('\r') ? '\r' : '';
    return printableText(text.slice(0, text.length - held.length));
  };
}
