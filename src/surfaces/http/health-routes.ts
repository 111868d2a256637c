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
    sendJson(exchange, 200, { status: 'ready', config: shownState(app.configState()) });
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
