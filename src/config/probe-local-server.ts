import type { JsonObject, JsonValue } from '../core/json/json.ts';
import type { IncomingReply, Transport } from '../core/wire/transport.ts';
import type { Ms } from '../core/units.ts';

/** Long enough for a server on this machine, too short to be felt at a start. */
const usualPatienceMs: Ms = 300;
const mostBytes = 4 * 1024 * 1024;

export type ProbeOptions = {
  /** What is asked, where a plain look is not enough. */
  readonly question?: JsonObject;
  readonly patienceMs?: Ms;
};

/** Asks local servers; see `probeLocalServer`. */
export type Probe = (url: string, options?: ProbeOptions) => Promise<JsonValue | undefined>;

/** Asks a server for a JSON document; `undefined` when nobody answers in time or the answer is something else. */
export async function probeLocalServer(
  transport: Transport,
  url: string,
  { question, patienceMs = usualPatienceMs }: ProbeOptions = {},
): Promise<JsonValue | undefined> {
  const signal = AbortSignal.timeout(patienceMs);
  const timeouts = { connectMs: usualPatienceMs, firstByteMs: patienceMs, idleMs: patienceMs };
  const accept = { accept: 'application/json' };
  try {
    const reply = await transport.send({
      url,
      signal,
      timeouts,
      ...(question
        ? {
            method: 'POST',
            headers: { ...accept, 'content-type': 'application/json' },
            body: JSON.stringify(question),
          }
        : { method: 'GET', headers: accept }),
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
    if (size > mostBytes) throw new RangeError('the answer is too large for what was asked');
  }
  return Buffer.concat(pieces).toString('utf8');
}
