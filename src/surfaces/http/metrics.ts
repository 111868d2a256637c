import type { App } from '../../app.ts';
import { isLoopback } from '../../core/system/addresses.ts';
import { ConclaveError } from '../../core/errors.ts';
import type { HttpExchange } from '../../core/wire/http-exchange.ts';
import { authenticate } from '../authenticate.ts';

/** `GET /metrics`, for Prometheus: the metrics of this process, or the sum over all workers. */
export async function metrics(app: App, exchange: HttpExchange): Promise<void> {
  await authorizeReader(app, exchange);
  const { contentType, text } = await app.server.metrics.render();
  exchange.send({ status: 200, headers: { 'content-type': contentType }, body: text });
}

/**
 * The metrics cover all keys, so they require the admin key or this machine's own key, unless the configuration opens
 * them to this machine or to everyone.
 */
async function authorizeReader(app: App, exchange: HttpExchange): Promise<void> {
  const { access } = app.config.metrics;
  if (access === 'open' || (access === 'loopback' && isFromHere(exchange))) return;
  const { admin, keyId } = await authenticate(app, exchange.headers);
  if (admin || keyId === (await app.keys.localPrincipal()).keyId) return;
  throw new ConclaveError(
    'permission',
    'This needs the admin key or the local key; metrics.access in the configuration can open it.',
  );
}

/**
 * Returns whether the client is on this machine. A proxy here would forward requests from anywhere, so forwarded
 * requests do not count.
 */
function isFromHere({ remoteAddress, headers }: HttpExchange): boolean {
  const forwarded = headers['x-forwarded-for'] ?? headers.forwarded ?? headers.via;
  return forwarded === undefined && isLoopback(remoteAddress ?? '');
}
