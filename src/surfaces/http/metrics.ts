import type { App } from '../../app.ts';
import { ConclaveError } from '../../core/errors.ts';
import type { HttpExchange } from '../../core/wire/http-exchange.ts';
import { authenticate } from '../authenticate.ts';

/** `GET /metrics`, for Prometheus: this process's figures, or those of all workers added up. */
export async function metrics(app: App, exchange: HttpExchange): Promise<void> {
  await authorizeReader(app, exchange);
  const { contentType, text } = await app.metrics.render();
  exchange.send({ status: 200, headers: { 'content-type': contentType }, body: text });
}

/**
 * The figures are those of every key together, so they are for the admin's key and this machine's own; where the
 * configuration says so, for whoever asks from this machine, or for everybody.
 */
async function authorizeReader(app: App, exchange: HttpExchange): Promise<void> {
  const { access } = app.config.metrics;
  if (access === 'open' || (access === 'loopback' && isFromHere(exchange))) return;
  const { admin, keyId } = await authenticate(app, exchange.headers);
  if (admin || keyId === (await app.localPrincipal()).keyId) return;
  throw new ConclaveError(
    'permission',
    'This needs the admin key or the local key; metrics.access in the configuration can open it.',
  );
}

/** Nobody between us and a client on this machine: a proxy here would speak for the whole world. */
function isFromHere({ remoteAddress, headers }: HttpExchange): boolean {
  const forwarded = headers['x-forwarded-for'] ?? headers.forwarded ?? headers.via;
  return forwarded === undefined && /^(?:::1|(?:::ffff:)?127\.\d+\.\d+\.\d+)$/.test(remoteAddress ?? '');
}
