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

/**
 * Returns whether the request is a health probe. Probes (kubelet, load balancers) use host names that are not known in
 * advance, and the reply contains no secrets.
 */
export function isProbe(url: string): boolean {
  return /^\/health\/(?:live|ready)(?:\?|$)/.test(url);
}

/**
 * Ready if the store answers and the last write succeeded. Providers are not checked: their outage is no reason to stop
 * sending traffic to Conclave. A rejected new configuration does not matter either: the old one is in use. The reply
 * reports the rejection; the reason, with path and line, only to the admin and this machine's own key.
 */
export async function ready(app: App, exchange: HttpExchange): Promise<void> {
  try {
    await app.ready();
    // Not of the other workers, for which a probe would have to wait: all read dead keys from the store.
    const { deadCredentials } = await app.server.deployments.own();
    const dead = deadCredentials.length;
    sendJson(exchange, 200, {
      status: 'ready',
      // Only the number: this endpoint needs no key. The admin API names them.
      ...(dead > 0 && { deadCredentials: dead }),
      config: await shownState(app, exchange),
    });
  } catch (error) {
    sendJson(exchange, 503, { status: 'not ready', reason: asConclaveError(error).message });
  }
}

/** An invalid key is treated as none: this endpoint needs none. */
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
