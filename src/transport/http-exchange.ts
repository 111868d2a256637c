import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpExchange } from '../core/http-exchange.ts';
import type { Ms } from '../core/units.ts';
import { parseJsonBody } from './parse-json-body.ts';
import { readBody } from './read-body.ts';
import { responseWriter } from './response-writer.ts';

/** A reader who takes nothing for this long is gone, whatever its socket says. */
const stalledMs: Ms = 120_000;

/** A request and its response as a route sees them. */
export function httpExchange({
  request,
  response,
  signal,
  maxBodyBytes,
}: {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly signal: AbortSignal;
  readonly maxBodyBytes: number;
}): HttpExchange {
  const target = request.url ?? '/';
  const mark = target.indexOf('?');
  const writer = responseWriter(response, { stalledMs });
  return {
    method: request.method ?? 'GET',
    path: mark < 0 ? target : target.slice(0, mark),
    get query() {
      return new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1));
    },
    headers: request.headers,
    signal,
    get headSent() {
      return response.headersSent;
    },
    async readJson() {
      const bytes = await readBody(request, maxBodyBytes);
      return { bytes, value: parseJsonBody(bytes) };
    },
    writeHead(status, headers) {
      response.writeHead(status, headers);
      response.flushHeaders();
    },
    write: (piece) => writer.write(piece),
    end: () => writer.end(),
    send({ status, headers, body }) {
      if (response.destroyed) return;
      response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
      response.end(request.method === 'HEAD' ? undefined : body);
    },
    destroy() {
      response.destroy();
    },
  };
}
