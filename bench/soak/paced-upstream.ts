import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type PacedUpstream = {
  /** Ends in `/v1`. */
  readonly url: string;
  /** The bytes of every stream. */
  readonly stream: Buffer;
  /** The most concurrently open streams so far. */
  readonly maxOpen: () => number;
  close(): Promise<void>;
};

export type Pace = {
  readonly chunks: number;
  readonly chunkEveryMs: number;
  /** No stream ends before this many are open, so that a slow machine has as many at once. Default: 1. */
  readonly together?: number;
};

/** If as many never open, the streams end anyway. */
const patienceMs = 60_000;

/** An OpenAI-compatible provider that streams the given number of chunks at a fixed interval. */
export async function startPacedUpstream({
  chunks,
  chunkEveryMs,
  together = 1,
}: Pace): Promise<PacedUpstream> {
  const events = Array.from({ length: chunks }, (_, index) => Buffer.from(event(index, chunks)));
  const done = Buffer.from('data: [DONE]\n\n');
  let open = 0;
  let maxOpen = 0;
  let mayEnd = false;
  const patience = setTimeout(() => {
    mayEnd = true;
  }, patienceMs);
  const server = createServer((request, response) => {
    request.resume();
    open += 1;
    maxOpen = Math.max(maxOpen, open);
    mayEnd ||= open >= together;
    response.on('close', () => {
      open -= 1;
      clearInterval(timer);
    });
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    let at = 0;
    const timer = setInterval(() => {
      const next = events[at];
      if (at === events.length - 1 && !mayEnd) return;
      at += 1;
      if (next) response.write(next);
      else response.end(done);
    }, chunkEveryMs);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', 4_096, resolve);
  });
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    url: `http://127.0.0.1:${port}/v1`,
    stream: Buffer.concat([...events, done]),
    maxOpen: () => maxOpen,
    async close() {
      clearTimeout(patience);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function event(index: number, chunks: number): string {
  const last = index === chunks - 1;
  const chunk = {
    id: 'chatcmpl-soak',
    object: 'chat.completion.chunk',
    created: 1_760_000_000,
    model: 'soak',
    choices: last
      ? []
      : [
          {
            index: 0,
            delta: { content: ` word${index}` },
            finish_reason: index === chunks - 2 ? 'stop' : null,
          },
        ],
    usage: last ? { prompt_tokens: 9, completion_tokens: chunks, total_tokens: chunks + 9 } : null,
  };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}
