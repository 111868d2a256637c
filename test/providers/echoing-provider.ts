import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Cleanup } from '../support/gateway.ts';

/** A request as a provider had it. */
export type Received = { readonly path: string; readonly body: Readonly<Record<string, unknown>> };

export type Said = {
  /** Default: 200. */
  readonly status?: number;
  /** Text is sent as a stream of events, all else as JSON. */
  readonly body: object | string;
};

export type EchoingProvider = { readonly url: string; readonly received: Received[] };

/** A provider of any dialect that remembers what it was asked, and says what the test has for it. */
export async function startEchoingProvider(
  t: Cleanup,
  says: (asked: Received) => Said,
): Promise<EchoingProvider> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(Buffer.from(piece));
    const body = JSON.parse(Buffer.concat(pieces).toString('utf8')) as Received['body']; // our own gateway wrote it
    const asked = { path: request.url ?? '', body };
    received.push(asked);
    const { status = 200, body: said } = says(asked);
    const streamed = typeof said === 'string';
    response.writeHead(status, { 'content-type': streamed ? 'text/event-stream' : 'application/json' });
    response.end(streamed ? said : JSON.stringify(said));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  t.after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received }; // it listens on TCP
}

/** The answer of a chat server to anything. */
export const chatReply = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 8, completion_tokens: 4, total_tokens: 12 },
};
