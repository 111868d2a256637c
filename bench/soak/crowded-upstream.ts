import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The refusal that it sends when it has too many requests. */
export type Refusal = { readonly status: number; readonly retryAfter?: string };

export type CrowdedUpstream = {
  /** Ends in `/v1`. */
  readonly url: string;
  readonly served: () => number;
  /** The most concurrent requests. */
  readonly maxAtOnce: () => number;
  close(): Promise<void>;
};

/**
 * An OpenAI-compatible provider that serves the given number of concurrent requests, each in `answerMs`, and refuses
 * others.
 */
export async function startCrowdedUpstream(options: {
  readonly places: number;
  readonly answerMs: number;
  /** Default: a bare 429. */
  readonly refusal?: Refusal;
}): Promise<CrowdedUpstream> {
  const answer = JSON.stringify({
    id: 'chatcmpl-crowded',
    object: 'chat.completion',
    created: 1_760_000_000,
    model: 'soak',
    choices: [{ index: 0, message: { role: 'assistant', content: 'Here.' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 },
  });
  const refusal = JSON.stringify({ error: { message: 'Too many requests at one time.', type: 'requests' } });
  const { status: refused, retryAfter } = options.refusal ?? { status: 429 };
  let [open, served, maxAtOnce] = [0, 0, 0];
  const server = createServer((request, response) => {
    request.resume();
    open += 1;
    maxAtOnce = Math.max(maxAtOnce, open);
    const send = (status: number, body: string) => {
      open -= 1;
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    };
    if (open > options.places) {
      if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter);
      return send(refused, refusal);
    }
    setTimeout(() => {
      served += 1;
      send(200, answer);
    }, options.answerMs);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', 4_096, resolve);
  });
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    url: `http://127.0.0.1:${port}/v1`,
    served: () => served,
    maxAtOnce: () => maxAtOnce,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
