import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import { jsonBody } from '../../core/wire/json-body.ts';
import type { Transport } from '../../core/wire/transport.ts';
import type { Ms } from '../../core/units.ts';

/** Long enough for a server on this machine, too short to delay a start noticeably. */
const usualPatienceMs: Ms = 300;
const maxBytes = 4 * 1024 * 1024;

export type ProbeOptions = {
  /** JSON body to send, if a plain GET is not enough. */
  readonly question?: JsonObject;
  readonly patienceMs?: Ms;
};

/** Probes local servers; see `probeLocalServer`. */
export type Probe = (url: string, options?: ProbeOptions) => Promise<JsonValue | undefined>;

/** Requests a JSON document from a server; `undefined` if it does not respond in time or returns something else. */
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
    return await jsonBody(reply, maxBytes);
  } catch {
    // Usually there is no server at this port; any other server there is not relevant.
    return undefined;
  }
}
