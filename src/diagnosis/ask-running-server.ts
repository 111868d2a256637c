import { isJsonObject } from '../core/json/json.ts';
import { jsonBody } from '../core/wire/json-body.ts';
import type { Transport } from '../core/wire/transport.ts';

/** The part of `/health/ready` of a running gateway that a diagnosis needs. */
export type RunningState = {
  readonly config?: { readonly loadedAt: string; readonly refused?: { readonly reason?: string } };
};

const maxBytes = 64 * 1024;

/**
 * Asks a server for its state; `undefined` if it is not Conclave. A Conclave that rejected a configuration reports the
 * reason only to its own user, with the `localKey`.
 */
export async function askRunningServer(
  transport: Transport,
  url: string,
  localKey: () => string,
): Promise<RunningState | undefined> {
  const state = await askState(transport, url, {});
  if (!state?.config?.refused) return state;
  return (await askState(transport, url, { authorization: `Bearer ${localKey()}` })) ?? state;
}

async function askState(
  transport: Transport,
  url: string,
  headers: Record<string, string>,
): Promise<RunningState | undefined> {
  try {
    const timeouts = { connectMs: 1_000, firstByteMs: 2_000, idleMs: 2_000 };
    const signal = AbortSignal.timeout(3_000);
    const reply = await transport.send({ method: 'GET', url, headers, signal, timeouts });
    return readState(await jsonBody(reply, maxBytes));
  } catch {
    return undefined;
  }
}

function readState(body: unknown): RunningState | undefined {
  if (!isJsonObject(body) || body.status === undefined) return undefined;
  const { config } = body;
  if (!isJsonObject(config)) return {};
  const { loadedAt, refused } = config;
  const reason = isJsonObject(refused) && typeof refused.reason === 'string' ? refused.reason : undefined;
  return {
    config: {
      loadedAt: String(loadedAt),
      ...(refused !== undefined && { refused: reason === undefined ? {} : { reason } }),
    },
  };
}
