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

/** The offset just behind the last blank line (`\n\n`, `\r\n\r\n` or `\r\r`), 0 without one. */
function lastEventEnd(bytes: Uint8Array): number {
  for (let at = bytes.byteLength - 1; at > 0; at -= 1) {
    const byte = bytes[at];
    if (byte !== lf && byte !== cr) continue;
    const before = bytes[at - 1];
    if (before === byte) return at + 1;
    if (byte === lf && before === cr && bytes[at - 2] === lf) return at + 1;
  }
  return 0;
}
