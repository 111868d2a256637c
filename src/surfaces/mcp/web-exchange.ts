import type { HttpExchange } from '../../core/wire/http-exchange.ts';

/** Keys are not passed on after they were checked. */
const keptBack = new Set(['authorization', 'x-api-key', 'cookie']);

/** Converts a request for the MCP SDK. Its body has already been read and is passed separately. */
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
 * Writes a response of the SDK: an event stream piece by piece at the reader's pace, anything else whole. A stream ends
 * when `signal` is aborted.
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
  // Stops nginx from buffering the stream.
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
    // The client has disconnected.
    exchange.destroy();
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}
