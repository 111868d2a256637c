import type { JsonValue } from '../core/json.ts';
import type { IncomingReply, Transport } from '../core/transport.ts';
import type { Ms } from '../core/units.ts';

/** Long enough for a server on this machine, too short to be felt at a start. */
const patienceMs: Ms = 300;
const mostBytes = 4 * 1024 * 1024;

/** Asks a server for a JSON document; `undefined` when nobody answers in time or the answer is something else. */
export async function probeLocalServer(transport: Transport, url: string): Promise<JsonValue | undefined> {
  const signal = AbortSignal.timeout(patienceMs);
  const timeouts = { connectMs: patienceMs, firstByteMs: patienceMs, idleMs: patienceMs };
  try {
    const reply = await transport.send({
      method: 'GET',
      url,
      headers: { accept: 'application/json' },
      signal,
      timeouts,
    });
    if (reply.status !== 200) return undefined;
    // What JSON.parse returns is JSON.
    return JSON.parse(await textOf(reply)) as JsonValue;
  } catch {
    // A port without a server is the ordinary case, and whatever else listens there is not for us.
    return undefined;
  }
}

async function textOf(reply: IncomingReply): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of reply.body) {
    pieces.push(piece);
    size += piece.byteLength;
    if (size > mostBytes) throw new RangeError('the answer is too large for a list of models');
  }
  return Buffer.concat(pieces).toString('utf8');
}
