/**
 * Completes JSON that was cut off, so that it can be parsed: of an unfinished string, what has arrived is kept; an
 * unfinished key, number or literal is left out. Returns `undefined` if nothing is open at the end of the text.
 */
export function closeJson(text: string): string | undefined {
  const closing: string[] = [];
  const closed = (kept: string) => kept + closing.toReversed().join('');
  let isKey = false;
  let endOfValues = 0;
  for (let at = 0; at < text.length; at += 1) {
    switch (text[at]) {
      case '{':
      case '[':
        isKey = text[at] === '{';
        closing.push(isKey ? '}' : ']');
        endOfValues = at + 1;
        break;
      case '}':
      case ']':
        closing.pop();
        endOfValues = at + 1;
        break;
      case ',':
        isKey = closing.at(-1) === '}';
        endOfValues = at;
        break;
      case ':':
        isKey = false;
        break;
      case '"': {
        const { end, isOpen } = readString(text, at);
        if (isOpen && !isKey) return closed(`${text.slice(0, end)}"`);
        if (!isKey) endOfValues = end;
        at = end - 1;
      }
    }
  }
  return closing.length === 0 ? undefined : closed(text.slice(0, endOfValues));
}

/** Finds the end of a string; of one that is open, the end of its last complete character. */
function readString(text: string, start: number): { readonly end: number; readonly isOpen: boolean } {
  let at = start + 1;
  while (at < text.length) {
    if (text[at] === '"') return { end: at + 1, isOpen: false };
    const length = text[at] !== '\\' ? 1 : text[at + 1] === 'u' ? 6 : 2;
    if (at + length > text.length) return { end: at, isOpen: true };
    at += length;
  }
  return { end: at, isOpen: true };
}
