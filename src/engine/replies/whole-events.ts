/**
 * Lets only whole server-sent events through, so that whatever follows a cut starts on a new line.
 * Bytes are never changed, only held until their event's closing blank line.
 */
export type WholeEvents = {
  /** Returns what is complete by now, in one or two pieces: only an event that was split is copied. */
  push(bytes: Uint8Array): Uint8Array[];
  /** Returns what is left once the stream has ended well. */
  rest(): Uint8Array;
};

const lf = 0x0a;
const cr = 0x0d;
const none = new Uint8Array(0);
/** The last three bytes are enough to recognise an event's end. */
const endBytes = 3;

export function wholeEvents(): WholeEvents {
  const held = new HeldBytes();

  /** Splits a piece that begins with an event. */
  function split(bytes: Uint8Array): Uint8Array[] {
    const end = lastEventEnd(bytes);
    if (end < bytes.byteLength) held.add(bytes.subarray(end));
    return end === 0 ? [] : [bytes.subarray(0, end)];
  }

  return {
    push(bytes) {
      if (held.size === 0) return split(bytes);
      const end = endAcross(held.last(endBytes), bytes) || firstEventEnd(bytes);
      held.add(end === 0 ? bytes : bytes.subarray(0, end));
      return end === 0 ? [] : [held.take(), ...split(bytes.subarray(end))];
    },
    rest: () => held.take(),
  };
}

/**
 * An incomplete event. Bytes are copied, so that they do not keep the piece that they arrived in, into room that doubles:
 * an image of several megabytes arrives in thousands of pieces, and copying all of them for each would take seconds.
 */
class HeldBytes {
  #room: Uint8Array = none;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(bytes: Uint8Array): void {
    const size = this.#size + bytes.byteLength;
    if (size > this.#room.byteLength) {
      const wider = new Uint8Array(this.#size === 0 ? size : 2 * size);
      wider.set(this.#room.subarray(0, this.#size));
      this.#room = wider;
    }
    this.#room.set(bytes, this.#size);
    this.#size = size;
  }

  last(count: number): Uint8Array {
    return this.#room.subarray(Math.max(0, this.#size - count), this.#size);
  }

  take(): Uint8Array {
    const taken = this.#room.subarray(0, this.#size);
    this.#room = none;
    this.#size = 0;
    return taken;
  }
}

type Ends = (event: Uint8Array) => boolean;
type UpToEnd = { readonly before: Uint8Array; readonly end?: Uint8Array };

/**
 * Splits whole events at the first one that ends the stream, each read by itself. What follows that one is left out: a
 * stream has one end, whatever its provider sends afterwards.
 */
export function upToEnd(events: Uint8Array, ends: Ends): UpToEnd {
  let size = 0;
  for (const event of eventsOf(events)) {
    if (ends(event)) return { before: events.subarray(0, size), end: event };
    size += event.byteLength;
  }
  return { before: events };
}

/** As `upToEnd`, for a stream that has ended well: nearly always the last event is the end and the only one like it. */
export function upToGoodEnd(events: Uint8Array, ends: Ends): UpToEnd {
  const start = lastEventEnd(events.subarray(0, -1));
  const last = events.subarray(start);
  const view = Buffer.from(events.buffer, events.byteOffset, events.byteLength);
  if (last.byteLength === 0 || view.indexOf(last) !== start || !ends(last)) return upToEnd(events, ends);
  return { before: events.subarray(0, start), end: last };
}

/** Splits whole events; the last one may lack its blank line. */
export function* eventsOf(events: Uint8Array): Generator<Uint8Array> {
  for (let start = 0, next = 0; start < events.byteLength; start = next) {
    next = firstEventEnd(events, start) || events.byteLength;
    yield events.subarray(start, next);
  }
}

/** How much of `bytes` belongs to a blank line that began in `seen`, the bytes before it; 0 if none did. */
function endAcross(seen: Uint8Array, bytes: Uint8Array): number {
  const end = firstEventEnd(Buffer.concat([seen, bytes.subarray(0, endBytes)]));
  return Math.max(0, end - seen.byteLength);
}

/** The offset just after the first blank line after `start`, 0 without one. */
function firstEventEnd(bytes: Uint8Array, start = 0): number {
  for (let at = start + 1; at < bytes.byteLength; at += 1) if (endsEvent(bytes, at)) return at + 1;
  return 0;
}

/** The offset just after the last blank line (`\n\n`, `\r\n\r\n` or `\r\r`), 0 without one. */
function lastEventEnd(bytes: Uint8Array): number {
  for (let at = bytes.byteLength - 1; at > 0; at -= 1) if (endsEvent(bytes, at)) return at + 1;
  return 0;
}

/** True if the byte at `at` completes a blank line. */
function endsEvent(bytes: Uint8Array, at: number): boolean {
  const byte = bytes[at];
  if (byte !== lf && byte !== cr) return false;
  const before = bytes[at - 1];
  return before === byte || (byte === lf && before === cr && bytes[at - 2] === lf);
}
