import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { ConclaveError } from '../../core/errors.ts';
import { maxHeldBytes } from '../../core/wire/reply-too-large.ts';
import { sseEvent, sseReader } from './sse.ts';

type Event = [data: string, name: string | undefined];

const stream = [
  '\uFEFF: a comment first\n\n',
  'event: greeting\r\ndata: {"text":"grüße 👋"}\r\n\r\n',
  'data:{"no":"space"}\n\n',
  'id: 7\nretry: 100\ndata: one\ndata: two\n\n',
  ': ping\n\n',
  'data: [DONE]\n\n',
].join('');

const events: Event[] = [
  ['{"text":"grüße 👋"}', 'greeting'],
  ['{"no":"space"}', undefined],
  ['one\ntwo', undefined],
  ['[DONE]', undefined],
];

function read(pieces: readonly Uint8Array[]): Event[] {
  const found: Event[] = [];
  const reader = sseReader((data, name) => found.push([data, name]));
  for (const piece of pieces) reader.push(piece);
  reader.end();
  return found;
}

test('events are the same wherever the bytes are cut, even inside a character or a line ending', () => {
  const bytes = Buffer.from(stream);
  assert.deepEqual(read([bytes]), events);
  assert.deepEqual(read([...bytes].map((byte) => Uint8Array.of(byte))), events);
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length), { maxLength: 12 }), (cuts) => {
      const edges = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      const pieces = edges.slice(1).map((edge, at) => bytes.subarray(edges[at], edge));
      assert.deepEqual(read(pieces), events);
    }),
  );
});

test('a last event without its closing blank line is still reported', () => {
  assert.deepEqual(read([Buffer.from('data: {"a":1}\n\ndata: [DONE]')]), [
    ['{"a":1}', undefined],
    ['[DONE]', undefined],
  ]);
});

test('an event that never ends is an error instead of a growing buffer', () => {
  const reader = sseReader(() => undefined);
  const piece = Buffer.alloc(1024 * 1024, 'x');
  reader.push(Buffer.from('data: '));
  assert.throws(
    () => {
      for (let sent = 0; sent <= maxHeldBytes; sent += piece.length) reader.push(piece);
    },
    (error) => error instanceof ConclaveError && error.code === 'provider_invalid_reply',
  );
});

test('a written event is read back with its name', () => {
  const text = sseEvent('{"a":1}', 'message_start') + sseEvent('{"b":2}');
  assert.deepEqual(read([Buffer.from(text)]), [
    ['{"a":1}', 'message_start'],
    ['{"b":2}', undefined],
  ]);
});
