import assert from 'node:assert/strict';
import type { DialectId } from '../../src/core/wire/content.ts';
import { sseReader } from '../../src/dialects/replies/sse.ts';

/** The dialects that gateway clients use, with their routes and the events that may end their streams. */
export const clientDialects = {
  'openai-chat': {
    path: '/v1/chat/completions',
    ask: { messages: [{ role: 'user', content: 'Tell me in some detail what a river delta is.' }] },
    finish: (data) => data === '[DONE]',
    error: (data) => data.startsWith('{"error":{"message":"'),
    text: (event) => event?.choices?.[0]?.delta?.content ?? '',
  },
  'anthropic-messages': {
    path: '/v1/messages',
    ask: {
      max_tokens: 1_000,
      messages: [{ role: 'user', content: 'Tell me in some detail what a river delta is.' }],
    },
    finish: (data) => data.startsWith('{"type":"message_stop"'),
    error: (data) => data.startsWith('{"type":"error","error":{"type":"'),
    text: (event) => event?.delta?.text ?? '',
  },
  'openai-responses': {
    path: '/v1/responses',
    ask: { input: 'Tell me in some detail what a river delta is.' },
    finish: (data) => /^\{"type":"response\.(?:completed|incomplete)"/.test(data),
    // An `error` event before it reports the same to libraries that throw on `error`.
    error: (data) => data.startsWith('{"type":"response.failed"'),
    text: (event) => (event?.type === 'response.output_text.delta' ? (event.delta ?? '') : ''),
  },
} as const satisfies Partial<Record<DialectId, ClientDialect>>;

export type ClientDialectId = keyof typeof clientDialects;

type ClientDialect = {
  readonly path: string;
  /** The test's question in this dialect. */
  readonly ask: object;
  readonly finish: (data: string) => boolean;
  readonly error: (data: string) => boolean;
  readonly text: (event: ClientEvent | undefined) => string;
};

/** The fields in which the three dialects keep text. */
type ClientEvent = {
  readonly type?: string;
  readonly delta?: { readonly text?: string } & string;
  readonly choices?: readonly { readonly delta?: { readonly content?: string | null } }[];
};

/** What a client has seen of a stream. */
export type SeenStream = {
  readonly ends: readonly ('finish' | 'error')[];
  /** Events after the first end event. */
  readonly after: number;
  readonly text: string;
};

/** Reads a client's stream to its last byte, as a client would. Fails if an event is not complete JSON. */
export function seenStream(dialect: ClientDialectId, bytes: Uint8Array): SeenStream {
  const client: ClientDialect = clientDialects[dialect];
  const events: string[] = [];
  const reader = sseReader((data) => events.push(data));
  reader.push(bytes);
  const whole = events.length;
  reader.end();
  assert.equal(events.length, whole, `the last event lacks its blank line: ${events.at(-1)}`);
  const ends = events.flatMap((data): ('finish' | 'error')[] =>
    client.finish(data) ? ['finish'] : client.error(data) ? ['error'] : [],
  );
  const firstEnd = events.findIndex((data) => client.finish(data) || client.error(data));
  const text = events.map((data) => client.text(data === '[DONE]' ? undefined : parsed(data))).join('');
  return { ends, after: firstEnd < 0 ? 0 : events.length - 1 - firstEnd, text };
}

function parsed(data: string): ClientEvent {
  return JSON.parse(data) as ClientEvent; // read loosely: any field may be absent
}
