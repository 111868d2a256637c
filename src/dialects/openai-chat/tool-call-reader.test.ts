import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../core/json/json.ts';
import { replyReader } from './read-reply.ts';

/** Returns the calls that are read from a stream of these pieces of `tool_calls`, as `id:name(arguments)`. */
function heard(pieces: readonly JsonObject[], end = 'tool_calls'): string[] {
  const reader = replyReader({});
  const calls = new Map<number, { id: string; name: string; args: string }>();
  const events = [
    ...pieces.map((piece) => ({ delta: { tool_calls: [piece] }, finish_reason: null })),
    { delta: {}, finish_reason: end },
  ];
  const text = events
    .map((choice) => `data: ${JSON.stringify({ id: 'r', choices: [{ index: 0, ...choice }] })}\n\n`)
    .join('');
  for (const part of [...reader.push(Buffer.from(text)), ...reader.end()]) {
    if (part.type === 'tool-call-start') calls.set(part.index, { id: part.id, name: part.name, args: '' });
    const call = part.type === 'tool-call-delta' ? calls.get(part.index) : undefined;
    if (call && part.type === 'tool-call-delta') call.args += part.text;
  }
  return [...calls.values()].map(({ id, name, args }) => `${id}:${name}(${args})`);
}

test('an id that comes after the name of its call belongs to that call', () => {
  const pieces = [
    { index: 0, function: { name: 'look' } },
    { index: 0, id: 'call_7', function: { arguments: '{"at":1}' } },
  ];
  assert.deepEqual(heard(pieces), ['call_r_0:look({"at":1})']);
});

test('arguments that come in pieces before the name of their call are all kept', () => {
  const pieces = [
    { index: 0, id: 'call_7', function: { arguments: '{"at"' } },
    { index: 0, function: { arguments: ':1' } },
    { index: 0, function: { arguments: ',"of":2' } },
    { index: 0, function: { name: 'look', arguments: '}' } },
  ];
  assert.deepEqual(heard(pieces), ['call_7:look({"at":1,"of":2})']);
});

test('calls that share an index are distinguished by their ids, as from Google’s OpenAI address', () => {
  const pieces = [
    { index: 0, id: 'call_7', function: { name: 'look', arguments: '{}' } },
    { index: 0, id: 'call_8', function: { name: 'listen', arguments: '{"at"' } },
    { index: 0, id: 'call_8', function: { arguments: ':1}' } },
  ];
  assert.deepEqual(heard(pieces), ['call_7:look({})', 'call_8:listen({"at":1})']);
});

test('a call whose id and name come again with every piece of its arguments is one call', () => {
  const pieces = ['{"at"', ':1}'].map((args) => ({
    index: 0,
    id: 'call_7',
    function: { name: 'look', arguments: args },
  }));
  assert.deepEqual(heard(pieces), ['call_7:look({"at":1})']);
});

test('calls without an index are told apart by their ids, and their pieces belong to the last one', () => {
  const pieces = [
    { id: 'call_7', function: { name: 'look', arguments: '{"at"' } },
    { function: { arguments: ':1}' } },
    { id: 'call_8', function: { name: 'look', arguments: '{}' } },
  ];
  assert.deepEqual(heard(pieces), ['call_7:look({"at":1})', 'call_8:look({})']);
});

test('arguments that come as an object are the same as their text, and none are an empty object', () => {
  const pieces = [
    { index: 0, id: 'call_7', function: { name: 'look', arguments: { at: 1 } } },
    { index: 1, id: 'call_8', function: { name: 'listen', arguments: null } },
    { index: 2, id: 'call_9', function: { name: 'wait', arguments: '' } },
  ];
  assert.deepEqual(heard(pieces), ['call_7:look({"at":1})', 'call_8:listen({})', 'call_9:wait({})']);
});

test('the last call of an answer that was cut keeps the arguments that it has', () => {
  const begun = [
    { index: 0, id: 'call_7', function: { name: 'look', arguments: '' } },
    { index: 1, id: 'call_8', function: { name: 'listen', arguments: '' } },
  ];
  for (const end of ['length', 'content_filter'])
    assert.deepEqual(heard(begun, end), ['call_7:look({})', 'call_8:listen()']);
  const half = { index: 1, function: { arguments: '{"at"' } };
  assert.deepEqual(heard([...begun, half], 'length'), ['call_7:look({})', 'call_8:listen({"at")']);
});

test('a call that never gets a name is still told, with its arguments', () => {
  const pieces = [{ index: 0, id: 'call_7', function: { arguments: '{"at":1}' } }];
  assert.deepEqual(heard(pieces), ['call_7:({"at":1})']);
});

test('calls without an id that share an index are distinguished by their names', () => {
  const pieces = [
    { index: 0, function: { name: 'look', arguments: '{}' } },
    { index: 0, id: 'call_7', function: { name: 'listen', arguments: '{}' } },
  ];
  assert.deepEqual(heard(pieces), ['call_r_0:look({})', 'call_7:listen({})']);
});
