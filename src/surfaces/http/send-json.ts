import type { HttpExchange } from '../../core/http-exchange.ts';

/** Answers with a JSON body. */
export function sendJson(exchange: HttpExchange, status: number, body: unknown): void {
  exchange.send({ status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
}
