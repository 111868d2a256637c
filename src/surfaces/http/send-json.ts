import type { App } from '../../app.ts';
import type { HttpExchange } from '../../core/wire/http-exchange.ts';
import { dialectOf } from './dialect-of.ts';
import { nameHeaders } from './reply-headers.ts';

/** Replies with a JSON body. */
export function sendJson(exchange: HttpExchange, status: number, body: unknown): void {
  exchange.send({ status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
}

/** Replies with JSON that is not a model call but has a request id, as SDKs expect; the id is also in the log line. */
export function sendNamedJson(app: Pick<App, 'newId' | 'wire'>, exchange: HttpExchange, body: unknown): void {
  const requestId = app.newId('req');
  exchange.notes.requestId = requestId;
  exchange.send({
    status: 200,
    headers: { 'content-type': 'application/json', ...nameHeaders(requestId, dialectOf(app, exchange)) },
    body: JSON.stringify(body),
  });
}
