import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../core/json/json.ts';
import type { StreamPart } from '../../../core/wire/stream-part.ts';
import { sealSignature } from '../../makers/gemini-signatures.ts';
import { replyReader } from './read-reply.ts';
import { replyWriter } from './reply-writer.ts';

/** Reads a stream of these pieces of `tool_calls`. */
function read(pieces: readonly JsonObject[], end: string): StreamPart[] {
  const reader = replyReader({});
  const events = [
    ...pieces.map((piece) => ({ delta: { tool_calls: [piece] }, finish_reason: null })),
    { delta: {}, finish_reason: end },
  ];
  const text = events
    .map((choice) => `data: ${JSON.stringify({ id: 'r', choices: [{ index: 0, ...choice }] })}\n\n`)
    .join('');
  return [...reader.push(Buffer.from(text)), ...reader.end()];
}

/** Returns the calls that are read from such a stream, as `id:name(arguments)`. */
function heard(pieces: readonly JsonObject[], end = 'tool_calls'): string[] {
  const calls = new Map<number, { id: string; name: string; args: string }>();
  for (const part of read(pieces, end)) {
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
  assert.deepEqual(heard(pieces), ['call_7:look({"at":1})']);
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

test('pieces without a name continue the call at their index, whatever id they have', () => {
  const pieces = [
    { index: 0, id: 'call_7', function: { name: 'look', arguments: '' } },
    { index: 0, id: 'call_x', function: { arguments: '{"at"' } },
    { index: 0, id: 'call_y', function: { name: null, arguments: ':1}' } },
    { index: 0, id: 'call_8', function: { name: 'listen', arguments: '{}' } },
  ];
  assert.deepEqual(heard(pieces), ['call_7:look({"at":1})', 'call_8:listen({})']);
});

test('arguments that are repeated, in each piece or whole at the end, are told once', () => {
  const begun = { index: 0, id: 'call_7', function: { name: 'look', arguments: '' } };
  const more = (args: string) => ({ index: 0, function: { arguments: args } });
  const growing = ['{"at"', '{"at":"1', '{"at":"1"}'].map(more);
  assert.deepEqual(heard([begun, ...growing]), ['call_7:look({"at":"1"})']);
  const whole = { index: 0, id: 'call_7', function: { name: 'look', arguments: '{"at":"1"}' } };
  assert.deepEqual(heard([begun, more('{"at":'), more('"1"}'), whole]), ['call_7:look({"at":"1"})']);
  const empty = { index: 0, id: 'call_7', function: { name: 'look', arguments: '{}' } };
  assert.deepEqual(heard([empty, more('{"at":'), more('"1"}')]), ['call_7:look({"at":"1"})']);
});

test('a name that comes in pieces is joined, also of a call without arguments', () => {
  const name = [
    { index: 0, id: 'call_7', function: { name: 'look_', arguments: '' } },
    { index: 0, function: { name: 'around' } },
  ];
  const next = { index: 1, id: 'call_8', function: { name: 'listen', arguments: '{}' } };
  assert.deepEqual(heard([...name, { index: 0, function: { arguments: '{"at":1}' } }, next]), [
    'call_7:look_around({"at":1})',
    'call_8:listen({})',
  ]);
  assert.deepEqual(heard([...name, next]), ['call_7:look_around({})', 'call_8:listen({})']);
  const growing = ['look', 'look_around', 'look_around'].map((known) => ({
    index: 0,
    id: 'call_7',
    function: { name: known, arguments: '' },
  }));
  assert.deepEqual(heard(growing), ['call_7:look_around({})']);
});

test('whole calls without ids that share an index are distinguished by their names', () => {
  const pieces = [
    { index: 0, function: { name: 'look', arguments: '{"at":1}' } },
    { index: 0, function: { name: 'look', arguments: '{"at":2}' } },
  ];
  assert.deepEqual(heard(pieces), ['call_r_0:look({"at":1})', 'call_r_1:look({"at":2})']);
});

test('a call without an id whose name comes again with nothing new is one call', () => {
  const piece = (args: string) => ({ index: 0, function: { name: 'look', arguments: args } });
  for (const args of [
    ['{"at":1}', ''],
    ['{"at":', '1}', ''],
    ['', '{"at":', '1}', '{"at":1}'],
  ]) {
    assert.deepEqual(heard(args.map(piece)), ['call_r_0:look({"at":1})'], args.join(' '));
  }
});

test('calls of one tool without ids that begin by their names are apart', () => {
  const named = { index: 0, function: { name: 'look', arguments: '' } };
  const more = (args: string) => ({ index: 0, function: { arguments: args } });
  for (const second of [['{"at":2}'], ['{"at"', ':2}']]) {
    assert.deepEqual(heard([named, more('{"at":1}'), named, ...second.map(more)]), [
      'call_r_0:look({"at":1})',
      'call_r_1:look({"at":2})',
    ]);
  }
});

test('a call that comes again whole at another index is one call; with other arguments it is another', () => {
  const at = (index: number, args: string) => ({
    index,
    id: 'call_7',
    function: { name: 'look', arguments: args },
  });
  assert.deepEqual(heard([at(0, ''), at(1, '{"at":1}')]), ['call_7:look({"at":1})']);
  assert.deepEqual(heard([at(0, ''), at(0, '{"at":1}'), at(1, '{"at":1}')]), ['call_7:look({"at":1})']);
  assert.deepEqual(heard([at(0, '{"at":1}'), at(1, '{"at":2}')]).length, 2);
});

test('two equal calls in one delta are two calls, also with one id', () => {
  const at = (index: number) => ({ index, id: 'call_7', function: { name: 'look', arguments: '{}' } });
  const delta = { tool_calls: [at(0), at(1)] };
  const text = `data: ${JSON.stringify({ id: 'r', choices: [{ index: 0, delta, finish_reason: 'tool_calls' }] })}\n\n`;
  const reader = replyReader({});
  const parts = [...reader.push(Buffer.from(text)), ...reader.end()];
  assert.equal(parts.filter(({ type }) => type === 'tool-call-start').length, 2);
});

test('a signature beside a call is a proof in front of it, and goes to a chat client beside the call again', () => {
  const extra = { extra_content: { google: { thought_signature: 'CsMB' } } };
  const pieces = [
    { index: 0, id: 'call_7', ...extra, function: { name: 'look', arguments: '{}' } },
    { index: 1, ...extra, function: { name: 'listen', arguments: '{}' } },
    { index: 2, id: 'call_9', function: { name: 'wait', arguments: '{}' } },
  ];
  const parts = read(pieces, 'tool_calls');
  const starts = parts.flatMap((part) => {
    if (part.type === 'tool-call-start') return part.id;
    return part.type === 'reasoning-signature' ? part.signature : [];
  });
  const proof = (callId: string) => sealSignature('CsMB', { at: 'call', callId });
  assert.deepEqual(starts, [proof('call_7'), 'call_7', proof('call_r_1'), 'call_r_1', 'call_9']);
  const indexes = parts.flatMap((part) => ('index' in part ? [part.index] : []));
  assert.deepEqual(
    indexes,
    indexes.toSorted((a, b) => a - b),
  );
  const request = { model: 'm', messages: [], stream: true };
  const writer = replyWriter({ id: 'r', model: 'm', createdAt: 0, request });
  const told = Buffer.from(writer.push(parts)).toString();
  const beside = [...told.matchAll(/"id":"(call_\w+)","type":"function".*/g)];
  assert.deepEqual(
    beside.map(([line, id]) => [id, line.includes(JSON.stringify(extra).slice(1, -1))]),
    [
      ['call_7', true],
      ['call_r_1', true],
      ['call_9', false],
    ],
  );
});
