import type { App } from '../../app.ts';
import type { ConfigState } from '../../core/config-state.ts';
import type { HttpExchange } from '../../core/http-exchange.ts';
import { sendJson } from './send-json.ts';

/**
 * Ready when the store answers. Providers are not asked: their outage is no reason to take Conclave out. Nor is a new
 * configuration that had to be refused: the old one serves, and what is wrong with the new one is said here.
 */
export async function ready(app: App, exchange: HttpExchange): Promise<void> {
  try {
    await app.store.ping();
    const dead = app.engine.health.deadCredentials().length;
    sendJson(exchange, 200, {
      status: 'ready',
      // How many; which ones is for the admin: this answer needs no key.
      ...(dead > 0 && { deadCredentials: dead }),
      config: shownState(app.configState()),
    });
  } catch {
    sendJson(exchange, 503, { status: 'not ready', reason: 'the store does not answer' });
  }
}

function shownState({ loadedAt, refused }: ConfigState) {
  return {
    loadedAt: new Date(loadedAt).toISOString(),
    ...(refused && { refused: { at: new Date(refused.at).toISOString(), reason: refused.reason } }),
  };
}
