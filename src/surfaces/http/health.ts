import type { App } from '../../app.ts';
import { asConclaveError } from '../../core/errors.ts';
import type { ConfigState } from '../../core/config-state.ts';
import type { HttpExchange } from '../../core/wire/http-exchange.ts';
import { authenticate } from '../authenticate.ts';
import { sendJson } from './send-json.ts';

/** `GET /health/live`. */
export function live(_: App, exchange: HttpExchange): void {
  sendJson(exchange, 200, { status: 'ok' });
}

/** Who probes (kubelet, a load balancer) asks by an address that nobody knew before, and is told nothing secret. */
export function isProbe(url: string): boolean {
  return /^\/health\/(?:live|ready)(?:\?|$)/.test(url);
}

/**
 * Ready when the store answers and takes writes, as far as the last one showed. Providers are not asked: their outage is no reason to take Conclave out. Nor is a new
 * configuration that had to be refused: the old one serves. That it was is said here; why, with its path and line, only
 * to the admin and to this machine's own key.
 */
export async function ready(app: App, exchange: HttpExchange): Promise<void> {
  try {
    await app.store.ping();
    const dead = app.engine.health.deadCredentials().length;
    sendJson(exchange, 200, {
      status: 'ready',
      // How many; which ones is for the admin: this answer needs no key.
      ...(dead > 0 && { deadCredentials: dead }),
      config: await shownState(app, exchange),
    });
  } catch (error) {
    sendJson(exchange, 503, { status: 'not ready', reason: asConclaveError(error).message });
  }
}

/** A wrong key is as good as none: this answer needs none. */
async function mayKnowWhy(app: App, { headers }: HttpExchange): Promise<boolean> {
  if (headers.authorization === undefined && headers['x-api-key'] === undefined) return false;
  const principal = await authenticate(app, headers).catch(() => undefined);
  return principal?.admin === true || principal?.owner === true;
}

async function shownState(app: App, exchange: HttpExchange) {
  const { loadedAt, refused }: ConfigState = app.configState();
  const mayKnow = refused !== undefined && (await mayKnowWhy(app, exchange));
  return {
    loadedAt: new Date(loadedAt).toISOString(),
    ...(refused && {
      refused: { at: new Date(refused.at).toISOString(), ...(mayKnow && { reason: refused.reason }) },
    }),
  };
}
