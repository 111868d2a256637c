import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import { objectOf, objectsOf } from '../fields/loose-fields.ts';
import { collected } from '../../../test/support/collected.ts';
import { furtherChoices } from './further-choices.ts';
import { readReply, replyReader } from './read-reply.ts';
import { writeReply } from './write-reply.ts';

const piece = (delta: JsonObject, more: JsonObject = {}): JsonObject => ({
  index: 1,
  delta,
  finish_reason: null,
  ...more,
});

test(
  'calls are joined by their index, wherever the numbers begin and however far apart they are',
  { timeout: 5_000 },
  () => {
    const call = (index: number, name: string) =>
      piece({ tool_calls: [{ index, id: name, type: 'function', function: { name, arguments: '{' } }] });
    const rest = (index: number) => piece({ tool_calls: [{ index, function: { arguments: '}' } }] });
    const pieces = [call(1, 'look'), call(2 ** 31, 'listen'), rest(2 ** 31), rest(1)];
    const [choice] = furtherChoices(pieces, 'r');
    const calls = objectsOf(objectOf(choice?.message).tool_calls);
    assert.deepEqual(
      calls.map(({ id, function: called }) => [id, called]),
      ['look', 'listen'].map((name) => [name, { name, arguments: '{}' }]),
    );
  },
);

test('the pieces of further answers are joined: texts, calls and their arguments', () => {
  const calls = [
    piece({ role: 'assistant', content: null }),
    piece({
      tool_calls: [
        { index: 0, id: 'a', type: 'function', function: { name: 'look', arguments: '' } },
        { index: 1, id: 'b', type: 'function', function: { name: 'listen', arguments: '{"b"' } },
      ],
    }),
    piece({ tool_calls: [{ index: 0, function: { arguments: '{"a":' } }] }),
    piece({ tool_calls: [{ index: 1, function: { arguments: ':2}' } }] }),
    piece({ tool_calls: [{ index: 0, function: { arguments: '1}' } }] }),
    piece({}, { finish_reason: 'tool_calls' }),
  ];
  const texts = [
    piece({ role: 'assistant', content: 'Hel' }, { index: 2 }),
    piece({ content: 'lo.' }, { index: 2 }),
    piece({}, { index: 2, finish_reason: 'stop' }),
    // Azure’s filter results follow the end.
    piece({}, { index: 2 }),
  ];
  const interleaved = calls.flatMap((call, at) => [call, ...texts.slice(at, at + 1)]);
  assert.deepEqual(furtherChoices(interleaved, 'r'), [
    {
      index: 1,
      message: {
        role: 'assistant',
        content: null,
        refusal: null,
        tool_calls: [
          { id: 'a', type: 'function', function: { name: 'look', arguments: '{"a":1}' } },
          { id: 'b', type: 'function', function: { name: 'listen', arguments: '{"b":2}' } },
        ],
      },
      logprobs: null,
      finish_reason: 'tool_calls',
    },
    {
      index: 2,
      message: { role: 'assistant', content: 'Hello.', refusal: null },
      logprobs: null,
      finish_reason: 'stop',
    },
  ]);
});

test('the calls of further answers are read as those of the first', () => {
  const call = (args: JsonValue, more: JsonObject = {}): JsonObject => ({
    index: 0,
    id: 'a',
    type: 'function',
    function: { name: 'look', arguments: args },
    ...more,
  });
  const cases: Record<string, { readonly calls: readonly JsonObject[]; readonly end?: string }> = {
    'no arguments': { calls: [call(''), call(null, { index: 1, id: 'b' })] },
    'no arguments, as the last call of an answer that was cut': {
      calls: [call(''), call('', { index: 1, id: 'b' })],
      end: 'length',
    },
    'an object': { calls: [call({ at: 1 })] },
    'a custom tool': {
      calls: [{ index: 0, id: 'a', type: 'custom', custom: { name: 'edit', input: 'ls' } }],
    },
    'later pieces whose id and name are null': {
      calls: [call('{"at"'), { index: 0, id: null, type: null, function: { name: null, arguments: ':1}' } }],
    },
    'one index for all': { calls: [call('{}'), call('{"at":1}', { id: 'b' })] },
    'no index': { calls: [call('{"at"', { index: null }), { function: { arguments: ':1}' } }] },
  };
  for (const [name, { calls, end = 'tool_calls' }] of Object.entries(cases)) {
    const [first, second] = written(streamed(calls, end));
    assert.deepEqual(second, first, name);
    const isInPieces = calls.some(({ type }) => type === undefined || type === null);
    if (isInPieces) continue;
    const [firstWhole, secondWhole] = written(readReply(whole(calls, end), {}));
    assert.deepEqual(secondWhole, firstWhole, name);
    assert.deepEqual(secondWhole, first, name);
  }
});

test('calls of several answers that have no ids get different ones', () => {
  const calls = [{ index: 0, type: 'function', function: { name: 'look', arguments: '{}' } }];
  const ids = written(streamed(calls, 'tool_calls')).map(([call]) => call?.id);
  assert.equal(new Set(ids).size, 2);
  for (const id of ids) assert.equal(typeof id, 'string');
});

/** One event that both answers are sent. */
function both(choice: JsonObject): JsonObject {
  return { id: 'r', choices: [0, 1].map((index) => ({ ...choice, index })) };
}

function streamed(calls: readonly JsonObject[], end: string): readonly StreamPart[] {
  const events = [
    ...calls.map((call) => both({ delta: { tool_calls: [call] }, finish_reason: null })),
    both({ delta: {}, finish_reason: end }),
  ];
  const reader = replyReader({});
  const text = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
  return [...reader.push(Buffer.from(text)), ...reader.end()];
}

function whole(calls: readonly JsonObject[], end: string): JsonObject {
  const message = { role: 'assistant', content: null, tool_calls: [...calls] };
  return both({ message, finish_reason: end });
}

/** The calls of each answer as a whole reply tells them. */
function written(parts: readonly StreamPart[]): JsonObject[][] {
  const request = { model: 'm', messages: [], stream: false, extras: [] };
  const reply = writeReply(collected(parts), { id: 'r', model: 'm', createdAt: 0, request });
  return objectsOf(reply.choices).map(({ message }) => objectsOf(objectOf(message).tool_calls));
}
