import { isDeepStrictEqual } from 'node:util';
import { replyCollector } from '../../src/core/wire/collected-reply.ts';
import type { Dialect, ReplyContext } from '../../src/core/wire/dialect.ts';
import type { JsonObject } from '../../src/core/json/json.ts';
import type { StreamPart } from '../../src/core/wire/stream-part.ts';
import { noUsage } from '../../src/core/money/usage.ts';

/** One kind of content that an answer may contain. */
export type Piece = { readonly name: string; readonly parts: readonly StreamPart[] };

const finish: StreamPart = { type: 'finish', reason: 'stop' };
const text: StreamPart = { type: 'text-delta', index: 0, text: 'Hello' };
const usage = (counts: object): StreamPart => ({
  type: 'usage',
  usage: { ...noUsage, input: 10, output: 5, ...counts },
});

const counted = usage({});

export const pieces: readonly Piece[] = [
  { name: 'text', parts: [text, counted, finish] },
  {
    name: 'readable reasoning',
    parts: [{ type: 'reasoning-delta', index: 0, text: 'Hm.' }, text, counted, finish],
  },
  {
    name: 'signed reasoning',
    parts: [
      { type: 'reasoning-delta', index: 0, text: 'Hm.' },
      { type: 'reasoning-signature', index: 0, signature: 'EqQBsample==' },
      { ...text, index: 1 },
      counted,
      finish,
    ],
  },
  {
    name: 'encrypted reasoning',
    parts: [
      { type: 'reasoning-redacted', index: 0, data: 'EuYBsample==' },
      { ...text, index: 1 },
      counted,
      finish,
    ],
  },
  {
    name: 'tool calls, several at once',
    parts: [
      { type: 'tool-call-start', index: 0, id: 'call_1', name: 'get_weather' },
      { type: 'tool-call-delta', index: 0, text: '{"city":"Oslo"}' },
      { type: 'tool-call-start', index: 1, id: 'call_2', name: 'get_weather' },
      { type: 'tool-call-delta', index: 1, text: '{"city":"Rome"}' },
      counted,
      { type: 'finish', reason: 'tool-calls' },
    ],
  },
  {
    name: 'a refusal, told from text',
    parts: [{ type: 'refusal-delta', index: 0, text: 'I cannot.' }, counted, finish],
  },
  {
    name: 'citations',
    parts: [
      text,
      {
        type: 'citation',
        index: 0,
        citation: { url: 'https://example.org', title: 'E', raw: {}, dialect: 'ollama-chat' },
      },
      counted,
      finish,
    ],
  },
  {
    name: 'images',
    parts: [{ type: 'image', index: 0, mediaType: 'image/png', data: 'iVBORw0KGgo=' }, counted, finish],
  },
  { name: 'usage', parts: [text, usage({}), finish] },
  { name: 'usage: tokens read from a cache', parts: [text, usage({ cacheRead: 7 }), finish] },
  { name: 'usage: tokens written to a cache', parts: [text, usage({ cacheWrite: 7 }), finish] },
  { name: 'usage: tokens written to a long cache', parts: [text, usage({ cacheWriteLong: 7 }), finish] },
  { name: 'usage: tokens of reasoning', parts: [text, usage({ reasoning: 3 }), finish] },
  { name: 'usage: web searches', parts: [text, usage({ webSearches: 2 }), finish] },
  { name: 'usage that is not known', parts: [text, finish] },
  { name: 'an end at the limit', parts: [text, counted, { type: 'finish', reason: 'length' }] },
  { name: 'an end by a filter', parts: [text, counted, { type: 'finish', reason: 'content-filter' }] },
];

/**
 * Whether a client of the dialect gets a piece unchanged: the written reply, read back, has the same parts. `in part`:
 * some of it is expressed differently (a refusal as text, an image as a note, reasoning within the output).
 */
export function heard({ parts }: Piece, dialect: Dialect): 'yes' | 'in part' {
  const again = dialect.readReply(written(parts, dialect), {});
  return isDeepStrictEqual(outline(again), outline(parts)) ? 'yes' : 'in part';
}

function written(parts: readonly StreamPart[], dialect: Dialect): JsonObject {
  const context: ReplyContext = {
    id: 'req_1',
    model: 'm',
    createdAt: 0,
    request: { model: 'm', stream: false, messages: [] },
  };
  const collector = replyCollector();
  for (const part of parts) collector.add(part);
  const body = dialect.writeReply(collector.reply, context);
  return JSON.parse(JSON.stringify(body)) as JsonObject; // what a client receives
}

/** Returns the meaning of a piece, without block numbers and without text that each dialect words differently. */
function outline(parts: readonly StreamPart[]): unknown[] {
  return parts.flatMap((part): unknown[] => {
    // A dialect-specific block may accompany the parts that carry its meaning.
    if (part.type === 'start' || part.type === 'warning' || part.type === 'opaque') return [];
    // Billing details go to the ledger, not to a client.
    if (part.type === 'usage') return [{ usage: part.usage }];
    if (part.type === 'finish') return [{ finish: part.reason }];
    if (part.type === 'citation') return [{ citation: part.citation.url }];
    if (part.type === 'reasoning-signature') return [{ signed: true }];
    if (part.type === 'reasoning-redacted') return [{ encrypted: true }];
    if (!('index' in part)) return [part];
    const { index: _, ...rest } = part;
    return [rest];
  });
}
