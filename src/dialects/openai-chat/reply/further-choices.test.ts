import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject, JsonValue } from '../../../core/json/json.ts';
import type { ToolDefinition } from '../../../core/wire/request.ts';
import type { StreamPart } from '../../../core/wire/stream-part.ts';
import { objectOf, objectsOf } from '../../fields/loose-fields.ts';
import { collected } from '../../../../test/support/collected.ts';
import { furtherChoices } from './further-choices.ts';
import { readReply, replyReader } from './read-reply.ts';
import { writeReply } from './write-reply.ts';

const undeclared = { replyId: 'r', declared: new Map() };
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
    const [choice] = furtherChoices(pieces, undeclared);
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
  assert.deepEqual(furtherChoices(interleaved, undeclared), [
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

test('a call’s signature stays beside it in every answer, whole or streamed', () => {
  const signed = (id: string, more: JsonObject = {}): JsonObject => ({
    id,
    type: 'function',
    function: { name: 'look', arguments: '{}' },
    ...more,
  });
  const calls = [signed('a', { extra_content: { google: { thought_signature: 'CsMB' } } }), signed('b')];
  const pieces = calls.map((call, index) => ({ ...call, index }));
  for (const parts of [streamed(pieces, 'tool_calls'), readReply(whole(calls, 'tool_calls'), {})])
    assert.deepEqual(written(parts), [calls, calls]);
});

test('the pieces of a custom tool’s call are joined in every answer', () => {
  const call = { id: 'a', type: 'custom', custom: { name: 'edit', input: 'say "hi"\n😀' } };
  const pieces = [
    { index: 0, id: 'a', type: 'custom', custom: { name: 'edit', input: '' } },
    { index: 0, custom: { input: 'say "hi' } },
    { index: 0, custom: { input: '"\n\ud83d' } },
    { index: 0, custom: { input: '\ude00' } },
  ];
  const tools = [{ name: 'edit', inputSchema: {}, declared: { type: 'custom', name: 'edit' } }] as const;
  for (const parts of [streamed(pieces, 'tool_calls'), readReply(whole([call], 'tool_calls'), {})])
    assert.deepEqual(written(parts, tools), [[call], [call]]);
  const unsaid = { ...call, custom: { name: 'edit', input: '' } };
  assert.deepEqual(written(streamed(pieces.slice(0, 1), 'tool_calls'), tools), [[unsaid], [unsaid]]);
  const begun = { ...call, custom: { name: 'edit', input: 'say "hi' } };
  assert.deepEqual(written(streamed(pieces.slice(0, 2), 'length'), tools), [[begun], [begun]]);
});

test('the pieces of a call in the older form are joined in every answer', () => {
  const tools = [
    { name: 'look', inputSchema: {}, declared: { type: 'legacy-function', name: 'look' } },
  ] as const;
  const pieces = [{ name: 'look', arguments: '' }, { arguments: '{"at"' }, { arguments: ':1}' }];
  const events = [
    ...pieces.map((function_call) => both({ delta: { function_call }, finish_reason: null })),
    both({ delta: {}, finish_reason: 'function_call' }),
  ];
  const function_call = { name: 'look', arguments: '{"at":1}' };
  const message = { role: 'assistant', content: null, function_call };
  for (const parts of [read(events), readReply(both({ message, finish_reason: 'function_call' }), {})]) {
    const choices = objectsOf(reply(parts, tools).choices);
    assert.deepEqual(
      choices.map(({ message: said, finish_reason: end }) => [objectOf(said).function_call, end]),
      choices.map(() => [function_call, 'function_call']),
    );
    assert.equal(choices.length, 2);
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
  return read(events);
}

function read(events: readonly JsonObject[]): readonly StreamPart[] {
  const reader = replyReader({});
  const text = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
  return [...reader.push(Buffer.from(text)), ...reader.end()];
}

function whole(calls: readonly JsonObject[], end: string): JsonObject {
  const message = { role: 'assistant', content: null, tool_calls: [...calls] };
  return both({ message, finish_reason: end });
}

/** The calls of each answer as a whole reply tells them. */
function written(parts: readonly StreamPart[], tools: readonly ToolDefinition[] = []): JsonObject[][] {
  return objectsOf(reply(parts, tools).choices).map(({ message }) => objectsOf(objectOf(message).tool_calls));
}

function reply(parts: readonly StreamPart[], tools: readonly ToolDefinition[]): JsonObject {
  const request = { model: 'm', messages: [], stream: false, extras: [], tools };
  return writeReply(collected(parts), { id: 'r', model: 'm', createdAt: 0, request });
}

test('a later piece without log probabilities of one kind keeps those that came before', () => {
  const token = (text: string) => ({ token: text, logprob: -1, bytes: null, top_logprobs: [] });
  const pieces = [
    { content: [token('No')], refusal: null },
    { content: null, refusal: [token('.')] },
    { content: [token('!')], refusal: null },
  ];
  const parts = pieces.map((logprobs): StreamPart => ({
    type: 'opaque',
    index: 0,
    dialect: 'openai-chat',
    value: { logprobs },
  }));
  const context = { id: 'r', model: 'm', createdAt: 0, request: { model: 'm', messages: [], stream: false } };
  const [choice] = objectsOf(
    writeReply(collected([...parts, { type: 'finish', reason: 'stop' }]), context).choices,
  );
  assert.deepEqual(choice?.logprobs, { content: [token('No'), token('!')], refusal: [token('.')] });
});

test('a further answer keeps members with the names of those that every object has', () => {
  const odd = '{"index":1,"__proto__":{"stream":true},"toString":null,"delta":{"__proto__":{"stream":true}}}';
  const pieces = [JSON.parse(odd), piece({ content: 'Hello.' }, { finish_reason: 'stop' })];
  const { message, ...rest } = furtherChoices(pieces, undeclared)[0] ?? {};
  assert.deepEqual(
    rest,
    JSON.parse(
      '{"index":1,"logprobs":null,"finish_reason":"stop","__proto__":{"stream":true},"toString":null}',
    ),
  );
  assert.deepEqual(
    message,
    JSON.parse('{"role":"assistant","content":"Hello.","refusal":null,"__proto__":{"stream":true}}'),
  );
  assert.equal('stream' in {}, false);
});
