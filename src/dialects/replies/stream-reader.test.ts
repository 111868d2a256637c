import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maxHeldBytes } from '../../core/wire/reply-too-large.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import { readWhole, streamReader } from './stream-reader.ts';
import type { MakeInterpreter } from './stream-reader.ts';

/** Interprets `{"text":…}` as text and `{"stop":true}` as the end. */
const echo: MakeInterpreter = (emit) => ({
  event(body) {
    if (body.text !== undefined) emit({ type: 'text-delta', index: 0, text: String(body.text) });
    if (body.stop) emit({ type: 'finish', reason: 'stop' });
    if (body.after !== undefined) emit({ type: 'text-delta', index: 0, text: String(body.after) });
  },
  end() {},
});

function readAll(text: string, interpreter = echo, framing: 'sse' | 'lines' = 'sse'): StreamPart[] {
  const reader = streamReader(interpreter, framing);
  return [
    ...reader.push(Buffer.from(text)),
    ...reader.end(),
    ...reader.push(Buffer.from(text)),
    ...reader.end(),
  ];
}

function outline(parts: readonly StreamPart[]): string[] {
  return parts.map((part) => (part.type === 'error' ? part.error.code : part.type));
}

test('nothing comes after the end, whatever else arrives', () => {
  const text = 'data: {"text":"a"}\n\ndata: {"stop":true}\n\ndata: {"text":"b"}\n\n';
  assert.deepEqual(outline(readAll(text)), ['text-delta', 'finish']);
  assert.deepEqual(outline(readAll('data: {"text":"a","stop":true,"after":"b"}\n\n')), [
    'text-delta',
    'finish',
  ]);
});

test('a whole reply has ended even if it does not say so', () => {
  assert.deepEqual(outline(readWhole(echo, { text: 'a', stop: true })), ['text-delta', 'finish']);
  assert.deepEqual(outline(readWhole(echo, { text: 'a' })), ['text-delta', 'finish']);
});

test('a stream without its final event is reported as truncated, once', () => {
  assert.deepEqual(outline(readAll('data: {"text":"a"}\n\n')), ['text-delta', 'stream_truncated']);
  assert.deepEqual(outline(readAll('')), ['stream_truncated']);
});

test('an event cut in the middle is a truncated stream, not a malformed one', () => {
  assert.deepEqual(outline(readAll('data: {"text":"a"}\n\ndata: {"te')), ['text-delta', 'stream_truncated']);
});

test('an event that is not JSON, or that the dialect cannot read, ends the stream with an error', () => {
  assert.deepEqual(outline(readAll('data: <html>\n\n')), ['provider_invalid_reply']);
  const brittle: MakeInterpreter = () => ({
    event() {
      throw new TypeError('no such member');
    },
    end() {},
  });
  assert.deepEqual(outline(readAll('data: {}\n\n', brittle)), ['provider_invalid_reply']);
});

test('an event without data, which some servers send to keep a connection alive, is no event', () => {
  for (const empty of ['data:\n\n', 'data: \n\n', ': ping\n\n', 'event: ping\ndata:\n\n']) {
    const text = `data: {"text":"a"}\n\n${empty}data: {"text":"b"}\n\ndata: {"stop":true}\n\n`;
    assert.deepEqual(outline(readAll(text)), ['text-delta', 'text-delta', 'finish'], empty);
  }
});

test('a line that never ends is refused before it fills the memory', () => {
  const reader = streamReader(echo, 'lines');
  const piece = Buffer.alloc(1_000_000, 'x');
  const parts: StreamPart[] = [];
  for (let held = 0; held < 2 * maxHeldBytes && parts.length === 0; held += piece.byteLength) {
    parts.push(...reader.push(piece));
  }
  assert.deepEqual(outline(parts), ['provider_invalid_reply']);
});

test('lines of JSON are read like events', () => {
  const text = '{"text":"a"}\r\n\n{"text":"b"}\n{"stop":true}';
  assert.deepEqual(outline(readAll(text, echo, 'lines')), ['text-delta', 'text-delta', 'finish']);
});
