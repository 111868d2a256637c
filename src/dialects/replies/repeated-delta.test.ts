import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  array,
  assert as assertProperty,
  constantFrom,
  double,
  integer,
  oneof,
  property,
  record,
  string,
  type Arbitrary,
} from 'fast-check';
import type { JsonObject } from '../../core/json/json.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import { replyReader as chatReader } from '../openai-chat/reply/read-reply.ts';
import { RepeatedDelta } from './repeated-delta.ts';
import anthropic from '../anthropic-messages/index.ts';

const text = oneof(
  string({ unit: 'grapheme' }),
  constantFrom('', 'hi', 'c', 'content', '"', '\\', '\n', '\\u0041', '}', ',"x":"y"', 'abc', '\u2028'),
);
const id = constantFrom('c', 'hi', 'content', 'abc');

/** Runs of events that differ only in their text, one run after another. */
function runsOf(skeletons: readonly ((said: string, id: string) => JsonObject)[]) {
  const run = record({ skeleton: constantFrom(...skeletons), id, texts: array(text, { maxLength: 4 }) });
  return array(run).map((runs) =>
    runs.flatMap(({ skeleton, id: of, texts }) => texts.map((said) => skeleton(said, of))),
  );
}

const chunk = (delta: JsonObject, of: string): JsonObject => ({
  id: of,
  choices: [{ index: 0, delta, finish_reason: null }],
});
const chatEvents = runsOf([
  (content, of) => chunk({ content }, of),
  (content, of) => chunk({ role: 'assistant', content }, of),
  (refusal, of) => chunk({ content: of, refusal }, of),
  (text, of) => chunk({ reasoning_content: text }, of),
  (args, of) =>
    chunk({ tool_calls: [{ index: 0, id: of, function: { name: 'look', arguments: args } }] }, of),
]);

const anthropicEvents = runsOf([
  (said) => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: said } }),
  (said) => ({
    type: 'content_block_delta',
    index: 1,
    delta: { type: 'input_json_delta', partial_json: said },
  }),
  (said) => ({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: said } }),
  (_, of) => ({
    type: 'content_block_start',
    index: 1,
    content_block: { type: 'tool_use', id: of, name: 'look' },
  }),
  (_, of) => ({ type: 'content_block_start', index: 0, content_block: { type: `${of}_unknown` } }),
  () => ({ type: 'content_block_stop', index: 0 }),
  () => ({ type: 'message_delta', delta: {}, usage: {} }),
]);

type Reader = { push(bytes: Uint8Array): readonly StreamPart[]; end(): readonly StreamPart[] };

/** Returns what the bytes mean, pushed in pieces of these sizes, repeated until the bytes end. */
function readIn(reader: Reader, bytes: Uint8Array, sizes: readonly number[]): string {
  const parts: StreamPart[] = [];
  for (let at = 0, turn = 0; at < bytes.byteLength; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    parts.push(...reader.push(bytes.subarray(at, at + size)));
    at += size;
  }
  parts.push(...reader.end());
  return JSON.stringify(parts, (_, value: unknown) => (value instanceof Error ? value.message : value));
}

/** Byte by byte, no event arrives whole, so each is parsed. */
const parsed = [1];
const sizes = array(oneof(integer({ min: 1, max: 400 }), constantFrom(1_000_000)), { minLength: 1 });
const lineEnds = constantFrom('\n', '\n', '\n', '\r\n', '\r');
const between = constantFrom('', '', '', ': ping\n\n', '\n', '\uFEFF');

/** Some bytes are changed: the JSON, the UTF-8 or the line endings become invalid. */
const damages = array(
  record({
    at: double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    byte: integer({ min: 0, max: 255 }),
  }),
  { maxLength: 2 },
);

function holdsHowever(events: Arbitrary<readonly JsonObject[]>, reader: () => Reader): void {
  assertProperty(
    property(events, sizes, lineEnds, between, damages, (bodies, cuts, lineEnd, filler, damaged) => {
      const text = bodies.map((body) => `${filler}data: ${JSON.stringify(body)}\n\n`).join('');
      const bytes = Buffer.from(text.replaceAll('\n', lineEnd));
      for (const { at, byte } of damaged) bytes[Math.floor(at * bytes.byteLength)] = byte;
      assert.equal(readIn(reader(), bytes, cuts), readIn(reader(), bytes, parsed));
    }),
    { numRuns: 300 },
  );
}

test('events that differ only in their text mean the same, parsed or not, however they are cut', () => {
  holdsHowever(chatEvents, () => chatReader({}));
  holdsHowever(anthropicEvents, () => anthropic.replyReader({}));
});

test('a line that only looks like the last event is read with the rest of its own event', () => {
  const line = (content: string) => Buffer.from(`data: ${JSON.stringify(chunk({ content }, 'c'))}\n`);
  const lf = Buffer.from('\n');
  const pieces = [line('one'), lf, line('two'), lf, Buffer.from('data:\n'), line('three'), lf];
  for (const cut of [1, 2, 3, 4, 5, 6]) {
    const reader = chatReader({});
    const texts = [Buffer.concat(pieces.slice(0, cut)), Buffer.concat(pieces.slice(cut))]
      .flatMap((bytes) => reader.push(bytes))
      .flatMap((part) => (part.type === 'text-delta' ? [part.text] : []));
    assert.deepEqual(texts, ['one', 'two', 'three']);
  }
  const reader = chatReader({});
  reader.push(Buffer.concat([line('one'), lf]));
  reader.push(line('two'));
  // Two lines of one event, which together are not JSON.
  assert.deepEqual(
    reader.push(Buffer.concat([line('three'), lf])).map(({ type }) => type),
    ['error'],
  );
});

test('an event like the last one is recognised without parsing, any other is not', () => {
  const repeated = new RepeatedDelta();
  const event = (content: string, rest = '') =>
    Buffer.from(`data: {"id":"a","content":${JSON.stringify(content)}${rest}}\n\n`);
  const delta = (said: string): StreamPart => ({ type: 'text-delta', index: 3, text: said });
  const known = (bytes: Uint8Array) => {
    const parts: StreamPart[] = [];
    const end = repeated.read(bytes, 0, parts);
    assert.equal(end > 0, parts.length > 0);
    return parts;
  };
  assert.deepEqual(known(event('one')), []);
  repeated.learn(event('one'), [delta('one')]);
  assert.deepEqual(known(event('two')), [delta('two')]);
  assert.deepEqual(known(Buffer.concat([event('two'), event('drei Äpfel')])), [
    delta('two'),
    delta('drei Äpfel'),
  ]);
  assert.deepEqual(known(Buffer.concat([event('two'), event('three').subarray(0, -1)])), [delta('two')]);
  assert.deepEqual(known(event('two', ',"more":1')), []);
  assert.deepEqual(known(Buffer.concat([Buffer.from('event: named\n'), event('two')])), []);
  assert.deepEqual(known(event('"two"')), []);
  assert.deepEqual(known(event('a\nb')), []);
  assert.deepEqual(known(event('')), []);
  // The id is "a" too, so the position of the text is ambiguous.
  repeated.learn(event('a'), [delta('a')]);
  assert.deepEqual(known(event('b')), []);
  assert.deepEqual(known(Buffer.from('data: {"id":"b","content":"a"}\n\n')), []);
  // Spelt with an escape, the text does not stand there literally.
  const spelt = Buffer.from('data: {"id":"hi","content":"\\u0068i"}\n\n');
  repeated.learn(spelt, [delta('hi')]);
  assert.deepEqual(known(Buffer.from('data: {"id":"ho","content":"\\u0068i"}\n\n')), []);
  assert.deepEqual(known(Buffer.from('data: {"id":"ho","content":"plain"}\n\n')), []);
  // An event that is not text ends the repetition.
  repeated.learn(event('one'), [delta('one')]);
  repeated.learn(event('two'), []);
  assert.deepEqual(known(event('two')), []);
});
