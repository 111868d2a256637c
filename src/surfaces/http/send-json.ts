import type { App } from '../../app.ts';
import type { HttpExchange } from '../../core/wire/http-exchange.ts';
import { dialectOf } from './dialect-of.ts';
import { nameHeaders } from './reply-headers.ts';

/** Answers with a JSON body. */
export function sendJson(exchange: HttpExchange, status: number, body: unknown): void {
  exchange.send({ status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
}

/** Answers with what is no call and has a name all the same, as a client's SDK expects: it stands in the log's line. */
export function sendNamedJson(
  app: Pick<App, 'newId' | 'dialects'>,
  exchange: HttpExchange,
  body: unknown,
): void {
  const requestId = app.newId('req');
  exchange.notes.requestId = requestId;
  exchange.send({
    status: 200,
    headers: { 'content-type': 'application/json', ...nameHeaders(requestId, dialectOf(app, exchange)) },
    body: JSON.stringify(body),
  });
}
