/**
 * Lets only whole server-sent events through, so that whatever comes after a cut stands on a fresh line.
 * Bytes are never changed, only held until their event's closing blank line.
 */
export type WholeEvents = {
  push(bytes: Uint8Array): Uint8Array;
  /** What is left once the stream has ended well. */
  rest(): Uint8Array;
};

const lf = 0x0a;
const cr = 0x0d;
const none = new Uint8Array(0);

export function wholeEvents(): WholeEvents {
  let held: Uint8Array = none;
  return {
    push(bytes) {
      const joined = held.byteLength === 0 ? bytes : Buffer.concat([held, bytes]);
      const end = lastEventEnd(joined);
      held = end === joined.byteLength ? none : joined.subarray(end);
      return end === 0 ? none : joined.subarray(0, end);
    },
    rest() {
      const left = held;
      held = none;
      return left;
    },
  };
}

type Ends = (event: Uint8Array) => boolean;
type UpToEnd = { readonly before: Uint8Array; readonly end?: Uint8Array };

/**
 * Splits whole events at the first that ends the stream, seen by itself. What stands behind that one is left out: a
 * stream has one end, whatever its provider says afterwards.
 */
export function upToEnd(events: Uint8Array, ends: Ends): UpToEnd {
  let start = 0;
  while (start < events.byteLength) {
    const next = nextEventStart(events, start);
    const event = events.subarray(start, next);
    if (ends(event)) return { before: events.subarray(0, start), end: event };
    start = next;
  }
  return { before: events };
}

/** The same for a stream that has ended well, where nearly always the last event is the end and the only one like it. */
export function upToGoodEnd(events: Uint8Array, ends: Ends): UpToEnd {
  const start = lastEventEnd(events.subarray(0, -1));
  const last = events.subarray(start);
  const view = Buffer.from(events.buffer, events.byteOffset, events.byteLength);
  if (last.byteLength === 0 || view.indexOf(last) !== start || !ends(last)) return upToEnd(events, ends);
  return { before: events.subarray(0, start), end: last };
}

/** Where the event behind the one at `start` begins: the length of `bytes` where there is none. */
function nextEventStart(bytes: Uint8Array, start: number): number {
  for (let at = start + 1; at < bytes.byteLength; at += 1) if (endsEvent(bytes, at)) return at + 1;
  return bytes.byteLength;
}

/** The offset just behind the last blank line (`\n\n`, `\r\n\r\n` or `\r\r`), 0 without one. */
function lastEventEnd(bytes: Uint8Array): number {
  for (let at = bytes.byteLength - 1; at > 0; at -= 1) if (endsEvent(bytes, at)) return at + 1;
  return 0;
}

/** True where the byte at `at` completes a blank line. */
function endsEvent(bytes: Uint8Array, at: number): boolean {
  const byte = bytes[at];
  if (byte !== lf && byte !== cr) return false;
  const before = bytes[at - 1];
  return before === byte || (byte === lf && before === cr && bytes[at - 2] === lf);
}
