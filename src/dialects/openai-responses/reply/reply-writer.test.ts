import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConclaveError } from '../../../core/errors.ts';
import type { ReplyContext } from '../../../core/wire/dialect.ts';
import { isJsonObject, type JsonObject } from '../../../core/json/json.ts';
import type { ModelRequest } from '../../../core/wire/request.ts';
import type { StreamPart } from '../../../core/wire/stream-part.ts';
import { collected } from '../../../../test/support/collected.ts';
import { objectOf, objectsOf } from '../../fields/loose-fields.ts';
import { noUsage } from '../../../core/money/usage.ts';
import { replyWriter } from './reply-writer.ts';
import { writeReply } from './write-reply.ts';

const context: ReplyContext = {
  id: 'req_1',
  model: 'lab/one',
  createdAt: 1_760_000_000_000,
  request: { model: 'lab/one', messages: [], stream: true },
};

/** Returns the events of these parts, after checking their names and numbers. */
function eventsOf(parts: readonly StreamPart[]): JsonObject[] {
  const writer = replyWriter(context);
  const stream = parts.map((part) => String(writer.push([part]))).join('');
  return stream
    .split('\n\n')
    .filter(Boolean)
    .map((event, at) => {
      const [, name, data = ''] = /^event: (.+)\ndata: (.+)$/.exec(event) ?? assert.fail(event);
      const value: unknown = JSON.parse(data);
      assert.ok(isJsonObject(value));
      assert.equal(value.type, name);
      assert.equal(value.sequence_number, at);
      return value;
    });
}

const typesOf = (parts: readonly StreamPart[]) => eventsOf(parts).map(({ type }) => type);
const added = 'response.output_item.added';
const done = 'response.output_item.done';

const call = (index: number, said: string): StreamPart[] => [
  { type: 'tool-call-start', index, id: `c${index}`, name: index > 5 ? 'patch' : 'f' },
  { type: 'tool-call-delta', index, text: said },
];

/** Returns the output of an answer, after checking that it is the same streamed or whole. */
function outputOf(parts: readonly StreamPart[], declared?: ModelRequest['tools']) {
  const request = { ...context.request, ...(declared && { tools: declared }) };
  const writer = replyWriter({ ...context, request });
  const streamed = writer.push(parts).toString().trimEnd().split('data: ').at(-1);
  const { output } = writeReply(collected(parts), { ...context, request });
  assert.deepEqual(objectOf(objectOf(JSON.parse(streamed ?? '')).response).output, output);
  return objectsOf(output);
}

test('an item cut off by the output limit is incomplete, so that no client runs half a call', () => {
  const cut: StreamPart = { type: 'finish', reason: 'length' };
  const statuses = (...parts: StreamPart[]) => outputOf([...parts, cut]).map(({ status }) => status);
  const text: StreamPart = { type: 'text-delta', index: 0, text: 'Half a' };
  assert.deepEqual(statuses(text), ['incomplete']);
  assert.deepEqual(statuses(text, ...call(1, '{"x":"unf')), ['completed', 'incomplete']);
  // A provider of whole answers closes the object that was cut off.
  assert.deepEqual(statuses(...call(1, ''), ...call(2, '{"x":1}')), ['completed', 'incomplete']);
  assert.deepEqual(statuses(...call(1, '{}'), ...call(2, '')), ['completed', 'incomplete']);
  const patch = { name: 'patch', inputSchema: {}, declared: { type: 'custom', name: 'patch' } } as const;
  const [half] = outputOf([...call(6, '{"input":"*** Begin Patch\\n*** Delete'), cut], [patch]);
  assert.deepEqual([half?.type, half?.status], ['custom_tool_call', 'incomplete']);
  const whole = outputOf([text, ...call(1, '{}'), { type: 'finish', reason: 'tool-calls' }]);
  assert.deepEqual([...new Set(whole.map(({ status }) => status))], ['completed']);
});

test('a client’s custom tool gets its text, however the model wrapped it, streamed as whole', () => {
  const patch = { name: 'patch', inputSchema: {}, declared: { type: 'custom', name: 'patch' } } as const;
  for (const wrapped of [
    '{"input":"ls -a"}',
    '{ "input": "ls -a" }',
    '{"text":"ls -a"}',
    '"ls -a"',
    'ls -a',
  ]) {
    const [item] = outputOf([...call(6, wrapped), { type: 'finish', reason: 'tool-calls' }], [patch]);
    assert.deepEqual([item?.type, item?.input], ['custom_tool_call', 'ls -a'], wrapped);
  }
});

test('thoughts, text and a call are three items, each opened, filled and closed in OpenAI’s order', () => {
  const events = eventsOf([
    { type: 'start' },
    { type: 'reasoning-delta', index: 0, text: 'Hm.' },
    { type: 'reasoning-signature', index: 0, signature: 'EqQB==' },
    { type: 'text-delta', index: 1, text: 'Look' },
    { type: 'text-delta', index: 1, text: 'ing.' },
    { type: 'tool-call-start', index: 2, id: 'c1', name: 'f' },
    { type: 'tool-call-delta', index: 2, text: '{}' },
    { type: 'usage', usage: { ...noUsage, input: 10, output: 5, reasoning: 2 } },
    { type: 'finish', reason: 'tool-calls' },
  ]);
  assert.deepEqual(
    events.map(({ type }) => type),
    [
      'response.created',
      'response.in_progress',
      added,
      'response.reasoning_summary_part.added',
      'response.reasoning_summary_text.delta',
      'response.reasoning_summary_text.done',
      'response.reasoning_summary_part.done',
      done,
      added,
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      done,
      added,
      'response.function_call_arguments.delta',
      'response.function_call_arguments.done',
      done,
      'response.completed',
    ],
  );
  const { response } = events.at(-1) ?? {};
  assert.ok(isJsonObject(response));
  assert.equal(response.status, 'completed');
  assert.deepEqual(
    response.output,
    events.filter(({ type }) => type === done).map(({ item }) => item),
  );
  assert.deepEqual(response.usage, {
    input_tokens: 10,
    input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
    output_tokens: 7,
    output_tokens_details: { reasoning_tokens: 2 },
    total_tokens: 17,
  });
});

test('interleaved calls stay open in parallel; complete ones are closed when the next begins', () => {
  const start = (index: number): StreamPart => ({
    type: 'tool-call-start',
    index,
    id: `c${index}`,
    name: 'f',
  });
  const delta = (index: number, text: string): StreamPart => ({ type: 'tool-call-delta', index, text });
  const finish: StreamPart = { type: 'finish', reason: 'tool-calls' };
  const places = (parts: readonly StreamPart[]) =>
    eventsOf(parts)
      .filter(({ type }) => type === added || type === done)
      .map(({ type, output_index }) => `${type === added ? 'open' : 'close'} ${String(output_index)}`);
  assert.deepEqual(places([start(0), delta(0, '{"a":1}'), start(1), delta(1, '{}'), finish]), [
    'open 0',
    'close 0',
    'open 1',
    'close 1',
  ]);
  assert.deepEqual(places([start(0), delta(0, '{"a":'), start(1), delta(1, '{}'), delta(0, '1}'), finish]), [
    'open 0',
    'open 1',
    'close 0',
    'close 1',
  ]);
});

test('a call without arguments is closed with an empty JSON object', () => {
  const events = eventsOf([
    { type: 'tool-call-start', index: 0, id: 'c1', name: 'f' },
    { type: 'finish', reason: 'tool-calls' },
  ]);
  assert.deepEqual(events.find(({ type }) => type === done)?.item, {
    type: 'function_call',
    id: 'fc_req_1_0',
    status: 'completed',
    call_id: 'c1',
    name: 'f',
    arguments: '{}',
  });
});

test('an answer that was cut off by its limit or a filter is incomplete', () => {
  for (const [reason, why] of [
    ['length', 'max_output_tokens'],
    ['content-filter', 'content_filter'],
  ] as const) {
    const last = eventsOf([
      { type: 'text-delta', index: 0, text: 'Half' },
      { type: 'finish', reason },
    ]).at(-1);
    assert.equal(last?.type, 'response.incomplete');
    assert.deepEqual(isJsonObject(last.response) && last.response.incomplete_details, { reason: why });
  }
});

test('an error is sent in the documented format and in OpenAI’s real one, and the response fails', () => {
  const error = new ConclaveError('stream_truncated', 'The stream broke off.');
  const parts: StreamPart[] = [
    { type: 'text-delta', index: 0, text: 'Half' },
    { type: 'error', error },
    { type: 'finish', reason: 'stop' },
  ];
  const [said, last] = eventsOf(parts).slice(-2);
  assert.equal(said?.type, 'error');
  assert.equal(said.message, 'The stream broke off.');
  assert.deepEqual(said.error, {
    message: 'The stream broke off.',
    type: 'server_error',
    param: null,
    code: 'stream_truncated',
  });
  assert.equal(last?.type, 'response.failed');
  assert.ok(isJsonObject(last.response));
  const { id, status, error: why, output } = last.response;
  assert.deepEqual([id, status], ['resp_req_1', 'failed']);
  assert.deepEqual(why, { code: 'server_error', message: 'The stream broke off.' });
  assert.equal(JSON.stringify(output).includes('"type":"message"'), true, 'the text so far is kept');
  assert.deepEqual(typesOf([{ type: 'error', error }]), [
    'response.created',
    'response.in_progress',
    'error',
    'response.failed',
  ]);
});

test('a stream that the provider began ends with the provider’s response id, event numbers and usage', () => {
  const begun = { id: 'resp_theirs', events: 7, usage: { ...noUsage, input: 5, output: 2 } };
  const writer = replyWriter({ ...context, begun });
  const error = new ConclaveError('provider_rate_limited', 'Please try again in 11.054s.');
  const written = String(writer.push([{ type: 'error', error }]));
  const events = [...written.matchAll(/^data: (.*)$/gm)].map(([, data = '']): unknown => JSON.parse(data));
  assert.equal(events.length, 2);
  const [said, last] = events;
  assert.ok(isJsonObject(said) && isJsonObject(last) && isJsonObject(last.response));
  assert.deepEqual([said.sequence_number, last.sequence_number], [7, 8]);
  assert.equal(last.response.id, 'resp_theirs');
  assert.deepEqual(last.response.error, {
    code: 'rate_limit_exceeded',
    message: 'Please try again in 11.054s.',
  });
  assert.ok(isJsonObject(last.response.usage));
  assert.equal(last.response.usage.total_tokens, 7);
});

test('consecutive texts are parts of one message, with their citations', () => {
  const events = eventsOf([
    { type: 'text-delta', index: 0, text: 'Paris.' },
    {
      type: 'citation',
      index: 0,
      citation: { url: 'https://example.com', title: 'Paris', raw: {}, dialect: 'anthropic-messages' },
    },
    { type: 'text-delta', index: 1, text: ' Rome.' },
    { type: 'finish', reason: 'stop' },
  ]);
  const item = events.find(({ type }) => type === done)?.item;
  assert.ok(isJsonObject(item));
  assert.deepEqual(item.content, [
    {
      type: 'output_text',
      text: 'Paris.',
      annotations: [
        { type: 'url_citation', start_index: 0, end_index: 6, url: 'https://example.com', title: 'Paris' },
      ],
      logprobs: [],
    },
    { type: 'output_text', text: ' Rome.', annotations: [], logprobs: [] },
  ]);
});

test('a commentary and the answer after it are messages with their phases, and no break between them', () => {
  const raw = { type: 'url_citation', start_index: 0, end_index: 4, url: 'https://a.example', title: 'A' };
  const output = outputOf([
    { type: 'text-delta', index: 0, text: 'I will ', commentary: true },
    { type: 'text-delta', index: 0, text: 'look.', commentary: true },
    ...call(1, '{}'),
    { type: 'text-delta', index: 2, text: '\n\n', commentary: 'break' },
    { type: 'text-delta', index: 2, text: 'Blue.' },
    { type: 'citation', index: 2, citation: { raw, dialect: 'openai-responses' } },
    { type: 'text-delta', index: 3, text: 'Sure.' },
    { type: 'text-delta', index: 4, text: 'One more.', commentary: true },
    { type: 'text-delta', index: 5, text: '\n\n', commentary: 'break' },
    { type: 'text-delta', index: 5, text: 'Cut' },
    { type: 'finish', reason: 'length' },
  ]);
  assert.deepEqual(
    output
      .filter(({ type }) => type === 'message')
      .map(({ phase, status, content }) => [phase, status, objectsOf(content).map(({ text }) => text)]),
    [
      ['commentary', 'completed', ['I will look.']],
      ['final_answer', 'completed', ['Blue.', 'Sure.']],
      ['commentary', 'completed', ['One more.']],
      ['final_answer', 'incomplete', ['Cut']],
    ],
  );
  assert.deepEqual(objectsOf(objectsOf(output[2]?.content)[0]?.annotations), [raw]);
});
