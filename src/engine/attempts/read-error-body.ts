import type { IncomingReply, ReplyBody } from '../../core/wire/transport.ts';
import type { Ms } from '../../core/units.ts';
import { unpacked } from './unpacked.ts';

const mostBytes = 64 * 1024;
/** Errors come in one piece with their head; whoever stalls over one keeps the next candidate waiting. */
const patienceMs: Ms = 2_000;

/**
 * What a failed reply says, as far as it says it soon, unpacked if a proxy has compressed it. Its status is known already,
 * so it never fails itself.
 */
export async function readErrorBody({
  body,
  headers,
}: Pick<IncomingReply, 'body' | 'headers'>): Promise<Uint8Array> {
  return unpacked(await firstBytes(body), headers['content-encoding'], mostBytes);
}

async function firstBytes(body: ReplyBody): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  const reader = body[Symbol.asyncIterator]();
  const giveUp = setTimeout(() => void reader.return?.(), patienceMs);
  try {
    for (let size = 0; size < mostBytes;) {
      const next = await reader.next();
      if (next.done) return Buffer.concat(pieces);
      size += next.value.byteLength;
      pieces.push(next.value);
    }
    await reader.return?.();
  } catch {
    // Cut short: what has come is what there is.
  } finally {
    clearTimeout(giveUp);
  }
  return Buffer.concat(pieces).subarray(0, mostBytes);
}
