import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Firehose = {
  /** Ends in `/v1`. */
  readonly url: string;
  /** Bytes that readers have accepted, over all streams. */
  readonly sent: () => number;
  /** Streams that are still open. */
  readonly open: () => number;
  close(): Promise<void>;
};

/**
 * An OpenAI-compatible provider that sends as fast as it can, up to a number of bytes per stream, and never ends a
 * stream.
 */
export async function startFirehose(bytesPerStream: number): Promise<Firehose> {
  const event = Buffer.from(
    `data: ${JSON.stringify({
      id: 'chatcmpl-firehose',
      object: 'chat.completion.chunk',
      created: 1_760_000_000,
      model: 'soak',
      choices: [{ index: 0, delta: { content: 'word '.repeat(800) }, finish_reason: null }],
    })}\n\n`,
  );
  let sent = 0;
  let open = 0;
  const server = createServer((request, response) => {
    request.resume();
    open += 1;
    response.on('close', () => {
      open -= 1;
    });
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    let own = 0;
    const send = () => {
      while (own < bytesPerStream && !response.destroyed) {
        own += event.length;
        sent += event.length;
        if (!response.write(event)) return;
      }
    };
    response.on('drain', send);
    send();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', 4_096, resolve);
  });
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    url: `http://127.0.0.1:${port}/v1`,
    sent: () => sent,
    open: () => open,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
