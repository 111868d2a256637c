import type { HttpExchange } from '../../core/wire/http-exchange.ts';

/** Keys end where they were checked. */
const keptBack = new Set(['authorization', 'x-api-key', 'cookie']);

/** The request as the MCP SDK reads requests. Its body has been read already and travels beside it. */
export function webRequest(exchange: HttpExchange, signal: AbortSignal): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(exchange.headers)) {
    if (value === undefined || keptBack.has(name)) continue;
    headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const { method, path } = exchange;
  return new Request(new URL(path, 'http://conclave'), { method, headers, signal });
}

/**
 * Writes a response as the SDK makes them: a stream of events piece by piece, at the reader's pace, anything else
 * whole. A stream ends when `signal` is aborted.
 */
export async function sendWebResponse(
  exchange: HttpExchange,
  response: Response,
  signal: AbortSignal,
): Promise<void> {
  const headers = Object.fromEntries(response.headers);
  if (!response.body || !headers['content-type']?.startsWith('text/event-stream')) {
    exchange.send({ status: response.status, headers, body: await response.text() });
    return;
  }
  // nginx would collect the stream before it passes it on.
  exchange.writeHead(response.status, { ...headers, 'x-accel-buffering': 'no' });
  const reader = response.body.getReader();
  const stop = () => void reader.cancel().catch(() => undefined);
  signal.addEventListener('abort', stop);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const behind = exchange.write(value);
      if (behind) await behind;
    }
    await exchange.end();
  } catch {
    // The reader has gone: nobody is left to be told.
    exchange.destroy();
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}
