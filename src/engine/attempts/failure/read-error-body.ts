import type { IncomingReply } from '../../../core/wire/transport.ts';
import type { Ms } from '../../../core/units.ts';

const maxBytes = 64 * 1024;
/** Error bodies come together with their head; waiting for a stalled one only delays the next candidate. */
const patienceMs: Ms = 2_000;

/** Reads the body of a failed reply, as far as it arrives soon. Never throws, since the status is already known. */
export async function readErrorBody({ body }: Pick<IncomingReply, 'body'>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  const reader = body[Symbol.asyncIterator]();
  const giveUp = setTimeout(() => void reader.return?.(), patienceMs);
  try {
    for (let size = 0; size < maxBytes;) {
      const next = await reader.next();
      if (next.done) return Buffer.concat(pieces);
      size += next.value.byteLength;
      pieces.push(next.value);
    }
    await reader.return?.();
  } catch {
    // Cut short: use what has arrived.
  } finally {
    clearTimeout(giveUp);
  }
  return Buffer.concat(pieces).subarray(0, maxBytes);
}
