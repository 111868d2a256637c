import type { StreamPart } from '../../core/wire/stream-part.ts';

type TextDelta = Extract<StreamPart, { type: 'text-delta' }>;

const lf = 0x0a;
const quote = 0x22;
const backslash = 0x5c;
const firstPrintable = 0x20;
const firstOfByteOrderMark = 0xef;

/**
 * Most server-sent events of a stream differ from the previous event only in their piece of text. Such an event is
 * recognised by the bytes before and after that piece and is neither fully decoded nor parsed.
 */
export class RepeatedDelta {
  #before = new Uint8Array(0);
  /** From the quotation mark after the text to the end of the event. */
  #behind = new Uint8Array(0);
  #last: TextDelta | undefined;

  /**
   * Reads events from `start` on for as long as they are the last event with another text, and appends their meaning to
   * `parts`. Returns the offset after them. `start` must be the beginning of an event.
   */
  read(bytes: Uint8Array, start: number, parts: StreamPart[]): number {
    const last = this.#last;
    if (!last) return start;
    let at = start;
    for (;;) {
      const textStart = at + this.#before.byteLength;
      const textEnd = hasAt(bytes, at, this.#before) ? plainTextEnd(bytes, textStart) : textStart;
      // An empty text may mean something else, so it is parsed.
      if (textEnd === textStart || !hasAt(bytes, textEnd, this.#behind)) return at;
      parts.push({ ...last, text: viewOf(bytes).toString('utf8', textStart, textEnd) });
      at = textEnd + this.#behind.byteLength;
    }
  }

  /**
   * Remembers the bytes of one parsed event and what it meant. Bytes that were not exactly one event come with no
   * parts, so that nothing is remembered.
   */
  learn(event: Uint8Array, parts: readonly StreamPart[]): void {
    this.#last = undefined;
    const [only] = parts;
    if (parts.length !== 1 || only?.type !== 'text-delta') return;
    if (event[0] === firstOfByteOrderMark || event.includes(backslash)) return;
    const bytes = viewOf(event);
    const quoted = Buffer.from(`"${only.text}"`);
    const at = bytes.indexOf(quoted);
    // If the text occurs twice, its position is ambiguous.
    if (at < 0 || bytes.includes(quoted, at + 1)) return;
    // Copied, because the bytes read from the socket are reused.
    this.#before = new Uint8Array(event.subarray(0, at + 1));
    this.#behind = new Uint8Array(event.subarray(at + quoted.byteLength - 1));
    this.#last = only;
  }
}

/**
 * Returns the offset after the first event, whose lines end with bare line feeds; 0 if the end of the event is missing.
 */
export function eventEnd(bytes: Uint8Array, start: number): number {
  const end = viewOf(bytes).indexOf('\n\n', start, 'latin1');
  return end < 0 ? 0 : end + 2;
}

/** Whether an event ends with these bytes: after two line feeds every reader is at the beginning of an event. */
export function endsEvent(bytes: Uint8Array): boolean {
  return bytes.at(-1) === lf && bytes.at(-2) === lf;
}

function hasAt(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  if (bytes.byteLength < at + wanted.byteLength) return false;
  for (let index = 0; index < wanted.byteLength; index += 1)
    if (bytes[at + index] !== wanted[index]) return false;
  return true;
}

/**
 * Returns the offset at which a JSON string without escapes ends; `start` if it contains an escape or a control
 * character, or does not end (RFC 8259, section 7).
 */
function plainTextEnd(bytes: Uint8Array, start: number): number {
  for (let at = start; at < bytes.byteLength; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === quote) return at;
    if (byte === backslash || byte < firstPrintable) return start;
  }
  return start;
}

function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
