import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Cleanup } from '../support/gateway.ts';
import { readText, startLocalServer } from '../support/local-server.ts';
import { claudeReply } from '../support/claude-reply.ts';
import { completion } from '../support/chat-replies.ts';

/** How the provider answers requests with a key; absent: successfully and at once. */
export type Manner = {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly delayMs?: number;
  /** Holds the reply back until this is fulfilled. */
  readonly until?: Promise<void>;
  readonly body?: unknown;
};

export type Asked = {
  readonly key: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
};

export type KeyedProvider = {
  readonly url: string;
  /** Every request so far. */
  readonly asked: readonly Asked[];
  /** The keys of the requests, in order. */
  keys(): string[];
  /** The highest number of concurrent requests with a key. */
  maxAtOnce(key: string): number;
  behave(key: string, manner: Manner): void;
};

/** A provider in OpenAI's chat format (and Anthropic's, by path) that behaves differently for each key. */
export async function startKeyedProvider(t: Cleanup): Promise<KeyedProvider> {
  const manners = new Map<string, Manner>();
  const asked: Asked[] = [];
  const underWay = new Map<string, number>();
  const most = new Map<string, number>();
  const url = await startLocalServer(t, answer);
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const key = keyOf(request.headers);
    const now = (underWay.get(key) ?? 0) + 1;
    underWay.set(key, now);
    most.set(key, Math.max(now, most.get(key) ?? 0));
    const body = JSON.parse((await readText(request)) || '{}') as Record<string, unknown>; // what the gateway wrote
    asked.push({ key, path: request.url ?? '', headers: request.headers, body });
    const { status = 200, headers = {}, delayMs = 0, until, body: own } = manners.get(key) ?? {};
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    await until;
    underWay.set(key, (underWay.get(key) ?? 1) - 1);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    const failed = { error: { message: 'no', type: 'error', code: null } };
    const good = request.url?.endsWith('/messages') ? claudeReply() : completion();
    response.end(JSON.stringify(own ?? (status < 300 ? good : failed)));
  }
  return {
    url,
    asked,
    keys: () => asked.map(({ key }) => key),
    maxAtOnce: (key) => most.get(key) ?? 0,
    behave: (key, manner) => void manners.set(key, manner),
  };
}

function keyOf({
  authorization,
  'x-api-key': apiKey,
  'x-goog-api-key': googles,
}: IncomingHttpHeaders): string {
  if (typeof googles === 'string') return googles;
  return typeof apiKey === 'string' ? apiKey : (authorization ?? '').replace('Bearer ', '');
}
