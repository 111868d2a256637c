import type { IncomingHttpHeaders } from 'node:http';
import type { Cleanup } from '../support/gateway.ts';
import { readText, startLocalServer } from '../support/local-server.ts';

/** A request as the provider received it. */
export type Received = {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
};

export type Said = {
  /** Default: 200. */
  readonly status?: number;
  /** A string is sent as an event stream, anything else as JSON. */
  readonly body: object | string;
};

export type EchoingProvider = { readonly url: string; readonly received: Received[] };

/** A provider of any dialect that records its requests and returns the test's replies. */
export async function startEchoingProvider(
  t: Cleanup,
  says: (asked: Received) => Said,
): Promise<EchoingProvider> {
  const received: Received[] = [];
  const url = await startLocalServer(t, async (request, response) => {
    // Does not list models.
    if (request.method === 'GET') return void response.writeHead(404).end();
    const body = JSON.parse(await readText(request)) as Received['body']; // our own gateway wrote it
    const asked = { path: request.url ?? '', headers: request.headers, body };
    received.push(asked);
    const { status = 200, body: said } = says(asked);
    const streamed = typeof said === 'string';
    response.writeHead(status, { 'content-type': streamed ? 'text/event-stream' : 'application/json' });
    response.end(streamed ? said : JSON.stringify(said));
  });
  return { url, received };
}
