import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../core/json/json.ts';
import type { StreamPart } from '../../../core/wire/stream-part.ts';
import { noUsage } from '../../../core/money/usage.ts';
import { contentOf } from '../../../../test/support/reply-content.ts';
import anthropicMessages from '../index.ts';
import { readReply } from './read-reply.ts';

const reader = (events: JsonObject[]): StreamPart[] => {
  const { push, end } = anthropicMessages.replyReader({});
  const text = events
    .map((event) => `event: ${String(event.type)}\ndata: ${JSON.stringify(event)}\n\n`)
    .join('');
  return [...push(Buffer.from(text)), ...end()];
};
const start = (usage: JsonObject) => ({
  type: 'message_start',
  message: { id: 'msg_1', model: 'claude', usage },
});
const delta = (stop_reason: string, usage: JsonObject) => ({
  type: 'message_delta',
  delta: { stop_reason },
  usage,
});
const stop = { type: 'message_stop' };

test('cache writes are split by their lifetime and counted apart from plain input', () => {
  const parts = reader([
    start({
      input_tokens: 3,
      cache_creation_input_tokens: 500,
      cache_read_input_tokens: 1589,
      cache_creation: { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 400 },
      output_tokens: 1,
    }),
    delta('end_turn', { input_tokens: null, output_tokens: 42, server_tool_use: { web_search_requests: 2 } }),
    stop,
  ]);
  assert.deepEqual(parts.at(-2), {
    type: 'usage',
    usage: {
      ...noUsage,
      input: 3,
      output: 42,
      cacheRead: 1589,
      cacheWrite: 100,
      cacheWriteLong: 400,
      webSearches: 2,
    },
  });
});

test('cache writes that are counted later in a stream are split like those at its start', () => {
  const usageOf = (split: JsonObject, written: number) => {
    const begun = start({ input_tokens: 3, cache_creation_input_tokens: 500, cache_creation: split });
    const part = reader([begun, delta('end_turn', { cache_creation_input_tokens: written }), stop]).at(-2);
    return part?.type === 'usage' && [part.usage.cacheWrite, part.usage.cacheWriteLong];
  };
  const mixed = { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 400 };
  assert.deepEqual(usageOf(mixed, 1_000), [200, 800]);
  assert.deepEqual(usageOf(mixed, 50), [10, 40]);
  assert.deepEqual(usageOf({ ...mixed, ephemeral_5m_input_tokens: 0 }, 1_000), [0, 1_000]);
  assert.deepEqual(usageOf({ ...mixed, ephemeral_1h_input_tokens: 0 }, 1_000), [1_000, 0]);
});

test('the searches of an answer by a fallback model are counted, although its passes do not name them', () => {
  const usage = {
    input_tokens: 100,
    output_tokens: 30,
    server_tool_use: { web_search_requests: 2 },
    iterations: [
      { type: 'message', model: 'first', input_tokens: 40, output_tokens: 0 },
      { type: 'fallback_message', model: 'second', input_tokens: 60, output_tokens: 30 },
    ],
  };
  const streamed = reader([start({ input_tokens: 1 }), delta('end_turn', usage), stop]);
  const whole = anthropicMessages.readReply(
    { type: 'message', content: [], stop_reason: 'end_turn', usage },
    {},
  );
  for (const parts of [streamed, whole]) {
    const part = parts.findLast(({ type }) => type === 'usage');
    assert.deepEqual(part?.type === 'usage' && [part.model, part.usage], [
      'second',
      { ...noUsage, input: 60, output: 30, webSearches: 2 },
    ]);
  }
});

test('thinking tokens are separated from the output that contains them, and never exceed it', () => {
  const usageOf = (thinking_tokens: number) => {
    const counted = { output_tokens: 50, output_tokens_details: { thinking_tokens } };
    const part = reader([start({ input_tokens: 3, output_tokens: 1 }), delta('end_turn', counted), stop]).at(
      -2,
    );
    return part?.type === 'usage' ? part.usage : assert.fail();
  };
  assert.deepEqual(usageOf(33), { ...noUsage, input: 3, output: 17, reasoning: 33 });
  assert.deepEqual(usageOf(60), { ...noUsage, input: 3, output: 0, reasoning: 50 });
});

test('an end that counts nothing of the prompt leaves the counts of the beginning', () => {
  const began = { input_tokens: 40, cache_read_input_tokens: 60, cache_creation_input_tokens: 0 };
  const usageOf = (ended: JsonObject) => {
    const parts = reader([start({ ...began, output_tokens: 1 }), delta('end_turn', ended), stop]);
    const part = parts.findLast(({ type }) => type === 'usage');
    return part?.type === 'usage' ? part.usage : assert.fail();
  };
  const counted = { ...noUsage, input: 40, cacheRead: 60, output: 20 };
  const zeros = { input_tokens: 0, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 };
  // https://github.com/envoyproxy/ai-gateway/issues/1631
  assert.deepEqual(usageOf({ ...zeros, output_tokens: 20 }), counted);
  assert.deepEqual(usageOf({ input_tokens: 0, output_tokens: 20 }), counted);
  // A proxy that knows only at the end what came from the cache.
  const corrected = { input_tokens: 0, cache_read_input_tokens: 100, output_tokens: 20 };
  assert.deepEqual(usageOf(corrected), { ...noUsage, cacheRead: 100, output: 20 });
});

test('an error in OpenAI’s format, or FastAPI’s, is one with its reason, streamed and whole', () => {
  const error = { message: 'slow down', type: 'server_error', code: '429' };
  const named = { push: anthropicMessages.replyReader({}).push };
  const long = {
    message: 'slow down, it is too long',
    type: 'invalid_request_error',
    code: 'context_length_exceeded',
  };
  for (const parts of [readReply({ error: long }), reader([{ error: long }])]) {
    const last = parts.at(-1);
    assert.equal(last?.type === 'error' && last.error.code, 'context_too_long');
  }
  for (const parts of [
    readReply({ detail: 'slow down' }),
    readReply({ object: 'error', message: 'slow down', code: 429 }),
    reader([start({ input_tokens: 3 }), { detail: 'slow down' }]),
  ]) {
    const last = parts.at(-1);
    assert.match(last?.type === 'error' ? last.error.message : '', /slow down/);
  }
  for (const parts of [
    readReply({ error }),
    reader([start({ input_tokens: 3 }), { error }]),
    named.push(Buffer.from('event: error\ndata: {"message":"slow down","status":429}\n\n')),
  ]) {
    const last = parts.at(-1);
    assert.ok(last?.type === 'error');
    assert.equal(last.error.code, 'provider_rate_limited');
    assert.match(last.error.message, /slow down/);
  }
});

test('usage that Anthropic bills in addition to its totals is reported', () => {
  const parts = reader([
    start({ input_tokens: 100, output_tokens: 1 }),
    delta('end_turn', {
      output_tokens: 8,
      iterations: [
        { type: 'compaction', input_tokens: 100, cache_read_input_tokens: 5000, output_tokens: 83 },
        { type: 'message', input_tokens: 181, output_tokens: 8 },
      ],
    }),
    stop,
  ]);
  const warnings = parts.flatMap((part) => (part.type === 'warning' ? [part.message] : []));
  assert.deepEqual(warnings, [
    'Anthropic bills in addition to these totals: compaction with 5100 tokens read and 83 written.',
  ]);
});

test('a call of the tool that carries a schema becomes the text of the answer', () => {
  const block = { type: 'tool_use', id: 'toolu_1', name: 'conclave_answer', input: {} };
  const streamed = reader([
    start({}),
    { type: 'content_block_start', index: 0, content_block: block },
    { type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: '{"n":' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: '5}' } },
    { type: 'content_block_stop', index: 0 },
    delta('tool_use', {}),
    stop,
  ]);
  const whole = anthropicMessages.readReply(
    { type: 'message', content: [{ ...block, input: { n: 5 } }], stop_reason: 'tool_use', usage: {} },
    {},
  );
  for (const parts of [streamed, whole]) {
    assert.equal(parts.map((part) => (part.type === 'text-delta' ? part.text : '')).join(''), '{"n":5}');
    assert.deepEqual(parts.at(-1), { type: 'finish', reason: 'stop', raw: 'end_turn' });
  }
});

test('an answer that calls a tool awaits its result, also if its server calls that the end of the turn', () => {
  const block = { type: 'tool_use', id: 'toolu_1', name: 'look', input: {} };
  for (const [stopReason, reason] of [
    ['tool_use', 'tool-calls'],
    ['end_turn', 'tool-calls'],
    ['stop_sequence', 'stop'],
    ['max_tokens', 'length'],
  ] as const) {
    const streamed = reader([
      start({}),
      { type: 'content_block_start', index: 0, content_block: block },
      { type: 'content_block_stop', index: 0 },
      delta(stopReason, {}),
      stop,
    ]);
    const body = { type: 'message', content: [block], stop_reason: stopReason, usage: {} };
    for (const parts of [streamed, anthropicMessages.readReply(body, {})]) {
      const end = parts.at(-1);
      assert.equal(end?.type === 'finish' && end.reason, reason, stopReason);
    }
  }
});

test('how an answer ended, and why it was refused, stay known when a later event does not repeat them', () => {
  const explanation = 'It asks for a weapon.';
  const refused = {
    type: 'message_delta',
    delta: { stop_reason: 'refusal', stop_details: { type: 'refusal', category: null, explanation } },
  };
  const counted = { type: 'message_delta', delta: { stop_reason: null }, usage: { output_tokens: 9 } };
  const said = [
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: 'First, ' } },
    { type: 'content_block_stop', index: 0 },
  ];
  for (const later of [[], [counted]]) {
    const parts = reader([start({ input_tokens: 3 }), ...said, refused, ...later, stop]);
    assert.deepEqual(parts.at(-1), { type: 'finish', reason: 'content-filter', raw: 'refusal' });
    assert.deepEqual(
      parts.find(({ type }) => type === 'refusal-delta'),
      { type: 'refusal-delta', index: 1, text: explanation },
      'in a block behind the text',
    );
  }
});

test('an explanation is a refusal only of an answer that was refused', () => {
  const stop_details = { type: 'notice', explanation: 'A remark.' };
  const end = { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_details }, usage: {} };
  const whole = { type: 'message', content: [], stop_reason: 'end_turn', stop_details, usage: {} };
  for (const parts of [reader([start({}), end, stop]), anthropicMessages.readReply(whole, {})]) {
    assert.equal(
      parts.some(({ type }) => type === 'refusal-delta'),
      false,
    );
  }
});

test('what a block holds when it begins is kept, as from servers that send whole blocks', () => {
  const cited = { type: 'web_search_result_location', url: 'https://example.org', title: 'Page' };
  const content = [
    { type: 'thinking', thinking: 'Hm.', signature: 'EqQB' },
    { type: 'redacted_thinking', data: 'EmwK' },
    { type: 'text', text: 'It is so.', citations: [cited] },
    { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'q' } },
  ];
  const streamed = reader([
    start({}),
    ...content.flatMap((content_block, index) => [
      { type: 'content_block_start', index, content_block },
      { type: 'content_block_stop', index },
    ]),
    delta('end_turn', {}),
    stop,
  ]);
  const whole = { type: 'message', content, stop_reason: 'end_turn', usage: {} };
  for (const parts of [streamed, anthropicMessages.readReply(whole, {})]) {
    assert.deepEqual(contentOf(parts), [
      { type: 'reasoning', text: 'Hm.', signature: 'EqQB' },
      { type: 'reasoning', text: '', redacted: 'EmwK', signature: undefined },
      { type: 'text', text: 'It is so.', citations: [{ url: cited.url, title: cited.title }] },
      { type: 'opaque', index: undefined, dialect: 'anthropic-messages', value: content[3] },
    ]);
  }
});

test('a block of an unknown type arrives whole, as Anthropic wrote it', () => {
  const parts = reader([
    start({}),
    { type: 'content_block_start', index: 0, content_block: { type: 'novelty', content: 'a' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'novelty_delta', content: 'b', more: [1] } },
    { type: 'content_block_stop', index: 0 },
    delta('pause_turn', {}),
    stop,
  ]);
  assert.deepEqual(parts.slice(-3), [
    {
      type: 'opaque',
      index: 0,
      dialect: 'anthropic-messages',
      value: { type: 'novelty', content: 'ab', more: [1] },
    },
    { type: 'usage', usage: noUsage },
    { type: 'finish', reason: 'other', raw: 'pause_turn' },
  ]);
});

test('a failure without a readable body is classified by its status, and a rejected key is not quoted', () => {
  const read = (status: number, body: string, headers = {}) =>
    anthropicMessages.readError({ status, headers, body: Buffer.from(body), provider: 'anthropic' });
  const said = (type: string, message: string) => JSON.stringify({ type: 'error', error: { type, message } });
  const codes: [number, string][] = [
    [401, 'provider_auth'],
    [402, 'provider_quota'],
    [403, 'provider_forbidden'],
    [404, 'model_not_found'],
    [408, 'provider_timeout'],
    [413, 'context_too_long'],
    [418, 'invalid_request'],
    [429, 'provider_rate_limited'],
    [500, 'provider_error'],
    [503, 'provider_overloaded'],
    [504, 'provider_timeout'],
    [529, 'provider_overloaded'],
  ];
  for (const [status, code] of codes) assert.equal(read(status, '<html>').code, code);
  assert.equal(
    read(400, said('invalid_request_error', 'Your credit balance is too low')).code,
    'provider_quota',
  );
  assert.equal(
    read(400, said('invalid_request_error', 'input length and `max_tokens` exceed context limit: 9 > 8'))
      .code,
    'context_too_long',
  );
  const refused = read(401, said('authentication_error', 'invalid x-api-key sk-ant-12'));
  assert.doesNotMatch(refused.message, /sk-ant/);
  const limited = read(429, said('rate_limit_error', 'Slow down'), { 'retry-after': '12' });
  assert.deepEqual(
    { ...limited.details },
    { retryAfterMs: 12_000, provider: 'anthropic', providerStatus: 429 },
  );
});

test('a member of a provider is one like any other where all objects have one of its name', () => {
  const odd: JsonObject = JSON.parse('{"__proto__":{"cache_read_input_tokens":5},"toString":"a"}');
  const parts = reader([
    start({ input_tokens: 3 }),
    { type: 'content_block_start', index: 0, content_block: { type: 'x' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'x_delta', ...odd } },
    { type: 'content_block_stop', index: 0 },
    delta('end_turn', { output_tokens: 2, ...odd }),
    stop,
  ]);
  const block = parts.find((part) => part.type === 'opaque');
  assert.deepEqual(block?.value, { type: 'x', ...odd });
  const last = parts.findLast((part) => part.type === 'usage');
  assert.deepEqual(last?.usage, { ...noUsage, input: 3, output: 2 });
});
