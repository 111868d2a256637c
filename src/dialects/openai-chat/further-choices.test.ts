import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../core/json/json.ts';
import { objectOf, objectsOf } from '../fields/loose-fields.ts';
import { furtherChoices } from './further-choices.ts';

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
    const [choice] = furtherChoices(pieces);
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
  assert.deepEqual(furtherChoices(interleaved), [
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
