import type { App } from '../../app.ts';
import type { HttpExchange } from '../../core/http-exchange.ts';
import { sendJson } from './send-json.ts';

/** Ready when the store answers. Providers are not asked: their outage is no reason to take Conclave out. */
export async function ready(app: App, exchange: HttpExchange): Promise<void> {
  try {
    await app.store.ping();
    sendJson(exchange, 200, { status: 'ready' });
  } catch {
    sendJson(exchange, 503, { status: 'not ready', reason: 'the store does not answer' });
  }
}
