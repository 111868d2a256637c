import { EventEmitter, once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Cleanup } from '../support/gateway.ts';
import { startLocalServer } from '../support/local-server.ts';
import { chunk, streamEnd } from '../support/chat-replies.ts';

/** An OpenAI-compatible provider that answers slowly. */
export type SlowProvider = {
  readonly url: string;
  /** Resolves when a request has arrived, with a promise of the time at which its caller disconnected. */
  arrival(): Promise<{ readonly hungUp: Promise<number> }>;
  /** Resolves when `count` requests are pending. */
  arrivals(count: number): Promise<void>;
  /** Answers all pending requests at once. */
  readonly answerAll: () => void;
  /** Answers the oldest pending request. */
  readonly answerFirst: () => void;
  /** The provider as lines of a `conclave.yaml`: `slow` with its models `slow/one` and `slow/two`. */
  readonly config: string;
};

/** Answers every chat request after `delayMs` with `text`, streamed. */
export async function startSlowProvider(
  t: Cleanup,
  delayMs: number,
  text = 'At last.',
): Promise<SlowProvider> {
  const waiting = new Set<ServerResponse>();
  const news = new EventEmitter<{ chat: [ServerResponse] }>();
  const origin = await startLocalServer(t, (request, response) => {
    request.resume();
    // Discovery lists the models; only chat requests are slow.
    if (request.method !== 'POST') return void response.writeHead(404).end();
    waiting.add(response);
    news.emit('chat', response);
    const timer = setTimeout(() => answer(response, text), delayMs);
    response.on('close', () => {
      waiting.delete(response);
      clearTimeout(timer);
    });
  });
  const url = `${origin}/v1`;
  return {
    url,
    async arrival() {
      const [response] = (await once(news, 'chat')) as [ServerResponse]; // as it is emitted
      const hungUp = new Promise<number>((resolve) => {
        response.on('close', () => {
          if (!response.writableFinished) resolve(performance.now());
        });
      });
      // Wrapped in an object, because a promise returned from an async function would be awaited.
      return { hungUp };
    },
    async arrivals(count) {
      while (waiting.size < count) await once(news, 'chat');
    },
    answerAll() {
      for (const response of waiting) answer(response, text);
    },
    answerFirst() {
      for (const response of [...waiting].slice(0, 1)) answer(response, text);
    },
    config: `providers:
  slow: { dialect: openai-chat, baseUrl: "${url}", apiKey: slow-key }
models:
  - { id: slow/one, price: { input: 1, output: 1 } }
  - { id: slow/two, price: { input: 1, output: 1 } }
`,
  };
}

function answer(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(chunk({ role: 'assistant', content: text }));
  response.write(chunk({}, 'stop', { usage: { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 } }));
  response.end(streamEnd);
}
