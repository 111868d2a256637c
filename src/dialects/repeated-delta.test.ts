import assert from 'node:assert/strict';
import { test } from 'node:test';
import { array, assert as assertProperty, constantFrom, oneof, property, record, string } from 'fast-check';
import type { JsonObject } from '../core/json.ts';
import type { StreamPart } from '../core/stream-part.ts';
import { replyReader as chatReader } from './openai-chat/read-reply.ts';
import { RepeatedDelta } from './repeated-delta.ts';
import anthropic from './anthropic-messages/index.ts';

const text = oneof(
  string({ unit: 'grapheme' }),
  constantFrom('', 'hi', 'c', 'content', '"', '\\', '\n', '\\u0041', '}', ',"x":"y"', 'abc', '\u2028'),
);
const id = constantFrom('c', 'hi', 'content', 'abc');

/** Runs of events that differ in their text alone, one run after another. */
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

/** Spaced otherwise every second time, no event is like the one before. */
function read(
  reader: { push(bytes: Uint8Array): readonly StreamPart[] },
  events: readonly JsonObject[],
  alike: boolean,
) {
  return events.flatMap((event, at) => {
    const data = JSON.stringify(event);
    const spaced = alike || at % 2 === 0 ? data : data.replace('{', '{ ');
    return reader.push(Buffer.from(`data: ${spaced}\n\n`));
  });
}

test('events that differ in their text alone mean the same, parsed or not', () => {
  assertProperty(
    property(chatEvents, (events) => {
      assert.deepEqual(read(chatReader({}), events, true), read(chatReader({}), events, false));
    }),
    { numRuns: 500 },
  );
  assertProperty(
    property(anthropicEvents, (events) => {
      const reader = () => anthropic.replyReader({});
      assert.deepEqual(read(reader(), events, true), read(reader(), events, false));
    }),
    { numRuns: 500 },
  );
});

test('an event like the last one is known without parsing, any other is not', () => {
  const repeated = new RepeatedDelta();
  const event = (content: string, rest = '') => `{"id":"a","content":${JSON.stringify(content)}${rest}}`;
  const delta = (said: string): StreamPart => ({ type: 'text-delta', index: 3, text: said });
  assert.equal(repeated.read(event('one'), undefined), undefined);
  repeated.learn(event('one'), undefined, [delta('one')]);
  assert.deepEqual(repeated.read(event('two'), undefined), delta('two'));
  assert.equal(repeated.read(event('two', ',"more":1'), undefined), undefined);
  assert.equal(repeated.read(event('two'), 'named'), undefined);
  assert.equal(repeated.read(event('"two"'), undefined), undefined);
  assert.equal(repeated.read(event(''), undefined), undefined);
  // The id is "a" too: nobody could say which of them is the text.
  repeated.learn(event('a'), undefined, [delta('a')]);
  assert.equal(repeated.read(event('b'), undefined), undefined);
  // Spelt with an escape, the text is not where its letters are.
  repeated.learn('{"id":"hi","content":"\\u0068i"}', undefined, [delta('hi')]);
  assert.equal(repeated.read('{"id":"ho","content":"\\u0068i"}', undefined), undefined);
  repeated.learn('{"id":"hi","content":"\\u0068i"}', undefined, [delta('hi')]);
  assert.equal(repeated.read('{"id":"ho","content":"plain"}', undefined), undefined);
});
