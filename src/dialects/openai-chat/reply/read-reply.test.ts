import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ErrorCode } from '../../../core/errors.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import type { StreamPart } from '../../../core/wire/stream-part.ts';
import { noUsage } from '../../../core/money/usage.ts';
import { contentOf, sourcesOf } from '../../../../test/support/reply-content.ts';
import { readReply, replyReader } from './read-reply.ts';

function streamed(...events: readonly JsonObject[]): StreamPart[] {
  const { push, end } = replyReader({});
  const text = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
  return [...push(Buffer.from(`${text}data: [DONE]\n\n`)), ...end()];
}

/** The same message, whole and as one chunk of a stream. */
function bothWays(message: JsonObject, finish_reason: string | null, more: JsonObject = {}): StreamPart[][] {
  const choice = { index: 0, finish_reason };
  return [
    readReply({ id: 'r', choices: [{ ...choice, message }], ...more }, {}),
    streamed({ id: 'r', choices: [{ ...choice, delta: message }], ...more }),
  ];
}

/** https://platform.minimax.io/docs/api-reference/errorcode */
const minimax = (status_code: number, status_msg: string): JsonObject => ({
  id: 'r',
  choices: null,
  base_resp: { status_code, status_msg },
});

const cloudflare = (failure: JsonObject): JsonObject => ({
  result: null,
  success: false,
  messages: [],
  ...failure,
});

const textBlock = (text: string) => ({ type: 'text', text, citations: [] });
const call = (id: string, name: string) => ({ id, type: 'function', function: { name, arguments: '{}' } });
const callBlock = (id: string, name: string, args: JsonObject) => ({
  type: 'tool-call',
  id,
  name,
  arguments: args,
});

test('a source that a message lists after its call belongs to the text before the call', () => {
  const tool_calls = [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }];
  const annotations = [{ type: 'url_citation', url_citation: { url: 'https://example.org' } }];
  const message = { role: 'assistant', content: 'Look.', tool_calls, annotations };
  const parts = readReply({ id: 'r', choices: [{ index: 0, message, finish_reason: 'tool_calls' }] }, {});
  const blocks = parts.flatMap((part) =>
    part.type === 'text-delta' || part.type === 'citation' ? [part.index] : [],
  );
  assert.deepEqual(blocks, [0, 0]);
});

test('the sources that Perplexity lists beside its answer keep their addresses and titles, in both of its lists', () => {
  const urls = ['https://example.org/a', 'https://example.org/b'];
  const titled = urls.map((url, at) => ({ url, title: `Page ${at}`, date: '2026-01-02' }));
  for (const parts of bothWays({ content: 'It is so.' }, 'stop', { citations: urls })) {
    assert.deepEqual(
      sourcesOf(parts),
      urls.map((url) => ({ url, title: undefined })),
    );
  }
  const lists = { citations: urls, search_results: titled };
  for (const parts of bothWays({ content: 'It is so.' }, 'stop', lists)) {
    assert.deepEqual(
      sourcesOf(parts),
      titled.map(({ url, title }) => ({ url, title })),
    );
  }
});

test('a source that a stream lists again is told once, also after a shorter list', () => {
  const urls = ['https://example.org/a', 'https://example.org/b', 'https://example.org/c'];
  const choices = [{ index: 0, delta: { content: 'So.' }, finish_reason: null }];
  const parts = streamed(
    ...[2, 1, 2, 3].map((count) => ({ id: 'r', choices, citations: urls.slice(0, count) })),
    { id: 'r', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
  );
  assert.deepEqual(
    sourcesOf(parts),
    urls.map((url) => ({ url, title: undefined })),
  );
});

test('a call in the form that came before tools is a call', () => {
  const message = { content: null, function_call: { name: 'look', arguments: '{"at":1}' } };
  for (const parts of bothWays(message, 'function_call')) {
    assert.deepEqual(contentOf(parts), [callBlock('call_r_0', 'look', { at: 1 })]);
    assert.deepEqual(parts.at(-1), { type: 'finish', reason: 'tool-calls', raw: 'function_call' });
  }
});

test('calls of a whole message are as many as they are, even if each says that it is the first', () => {
  const called = (id: string, name: string) => ({
    id,
    index: 0,
    type: 'function',
    function: { name, arguments: '{}' },
  });
  const tool_calls = [called('a', 'look'), called('b', 'listen'), called('', 'look'), called('', 'look')];
  const message = { role: 'assistant', content: null, tool_calls };
  const parts = readReply({ id: 'r', choices: [{ index: 0, message, finish_reason: 'tool_calls' }] }, {});
  const wanted = [
    callBlock('a', 'look', {}),
    callBlock('b', 'listen', {}),
    callBlock('call_r_2', 'look', {}),
    callBlock('call_r_3', 'look', {}),
  ];
  assert.deepEqual(contentOf(parts), wanted);
});

test('a message in the place of a delta is one, in one event or in pieces, and a delta in the place of a message', () => {
  const said = { role: 'assistant', content: 'Look.', tool_calls: [call('c1', 'f'), call('c2', 'g')] };
  const expected = [textBlock('Look.'), callBlock('c1', 'f', {}), callBlock('c2', 'g', {})];
  const end = { index: 0, finish_reason: 'tool_calls' };
  const inOne = { id: 'r', object: 'chat.completion', choices: [{ ...end, message: said }] };
  assert.deepEqual(contentOf(streamed(inOne)), expected);
  const inPieces = [{ content: 'Lo' }, { content: 'ok.' }, { tool_calls: said.tool_calls }].map(
    (message) => ({
      id: 'r',
      choices: [{ index: 0, message, finish_reason: null }],
    }),
  );
  assert.deepEqual(contentOf(streamed(...inPieces, { id: 'r', choices: [end] })), expected);
  assert.deepEqual(contentOf(readReply({ id: 'r', choices: [{ ...end, delta: said }] }, {})), expected);
});

test('a message that repeats the deltas of a stream, beside them or after them, is not read', () => {
  const piece = (content: string, message: string, finish_reason: string | null = null) => ({
    id: 'r',
    choices: [
      { index: 0, delta: { content }, message: { role: 'assistant', content: message }, finish_reason },
    ],
  });
  const after = { id: 'r', choices: [{ index: 0, message: { content: 'Hello.' }, finish_reason: 'stop' }] };
  const opening = { id: 'r', choices: [{ index: 0, message: { role: 'assistant', content: '' } }] };
  const begun = [piece('Hel', 'Hel'), piece('lo.', 'Hello.')];
  for (const events of [
    [...begun, piece('', 'Hello.', 'stop')],
    [...begun, after],
    [opening, ...begun, after],
    [...begun, { ...after, choices: after.choices.map((choice) => ({ ...choice, delta: null })) }],
  ]) {
    assert.deepEqual(contentOf(streamed(...events)), [textBlock('Hello.')]);
  }
});

test('a message at the end repeats a call that came without arguments', () => {
  const begun = { index: 0, delta: { tool_calls: [{ index: 0, function: { name: 'look' } }] } };
  const said = {
    role: 'assistant',
    tool_calls: [{ type: 'function', function: { name: 'look', arguments: '{}' } }],
  };
  const end = { index: 0, message: said, finish_reason: 'tool_calls' };
  const calls = streamed({ id: 'r', choices: [begun] }, { id: 'r', choices: [end] });
  assert.equal(calls.filter(({ type }) => type === 'tool-call-start').length, 1);
});

test('an answer in several choices is as complete as the least complete of them, in any order', () => {
  const ended = (...reasons: readonly string[]) => {
    const choices = reasons.map((finish_reason, index) => ({
      index,
      finish_reason,
      message: { content: 'Hi' },
    }));
    const last = readReply({ id: 'r', choices }, {}, 1).at(-1);
    return last?.type === 'finish' ? last.reason : last?.type;
  };
  assert.deepEqual([ended('length', 'stop'), ended('stop', 'length')], ['length', 'length']);
  assert.deepEqual([ended('error', 'length'), ended('stop', 'abort')], ['error', 'error']);
  assert.deepEqual([ended('stop', 'tool_calls'), ended('stop', 'stop')], ['tool-calls', 'stop']);
});

test('text, thoughts, calls and images keep the order in which the model gave them', () => {
  const say = (delta: JsonObject): JsonObject => ({
    id: 'r',
    choices: [{ index: 0, delta, finish_reason: null }],
  });
  const image_url = { url: 'data:image/png;base64,aGk=' };
  const call = { index: 0, id: 'a', type: 'function', function: { name: 'look', arguments: '{}' } };
  const parts = streamed(
    say({ content: 'One.' }),
    say({ images: [{ type: 'image_url', image_url }] }),
    say({ content: 'Two.' }),
    say({ tool_calls: [call] }),
    say({ content: 'Three.' }),
    { id: 'r', choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] },
  );
  assert.deepEqual(contentOf(parts), [
    textBlock('One.'),
    { type: 'image', index: undefined, mediaType: 'image/png', data: 'aGk=' },
    textBlock('Two.'),
    callBlock('a', 'look', {}),
    textBlock('Three.'),
  ]);
});

test('the thoughts that OpenRouter only sums up arrive, and those that it tells twice arrive once', () => {
  const summed = [{ type: 'reasoning.summary', summary: 'Hm.' }];
  const repeated = [{ type: 'reasoning.text', text: 'Hm.' }];
  for (const message of [
    { content: 'So.', reasoning_details: summed },
    { content: 'So.', reasoning: 'Hm.', reasoning_details: repeated },
  ]) {
    for (const parts of bothWays(message, 'stop')) {
      const thoughts = parts.flatMap((part) => (part.type === 'reasoning-delta' ? [part.text] : []));
      assert.deepEqual(thoughts, ['Hm.']);
    }
  }
});

test('the text of a custom tool’s call is the one argument of a function, also in pieces that do not repeat what it is', () => {
  const pieces = [
    { index: 0, id: 'a', type: 'custom', custom: { name: 'shell', input: '' } },
    { index: 0, custom: { input: 'ls' } },
  ];
  const parts = streamed(
    ...pieces.map((piece) => ({
      id: 'r',
      choices: [{ index: 0, delta: { tool_calls: [piece] }, finish_reason: null }],
    })),
    { id: 'r', choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] },
  );
  assert.deepEqual(contentOf(parts), [callBlock('a', 'shell', { input: 'ls' })]);
});

test('an error object in the place of an answer is an error, also without the member that OpenAI gives it', () => {
  const bare = { object: 'error', message: 'The model is not loaded.', type: 'NotFoundError', code: 404 };
  for (const parts of [readReply(bare, {}), streamed(bare)]) {
    const last = parts.at(-1);
    assert.match(last?.type === 'error' ? last.error.message : '', /The model is not loaded/);
  }
});

test('a failure that a server reports in a shape of its own is an error with its reason, not the end of an answer', () => {
  const begun = { id: 'r', choices: [{ index: 0, delta: { content: 'Half' }, finish_reason: null }] };
  const failures: [JsonObject, ErrorCode, RegExp][] = [
    [{ detail: 'upstream gone' }, 'provider_error', /upstream gone/],
    [{ code: 1305, message: 'busy', success: false }, 'provider_error', /busy/],
    [{ message: 'slow down', status: 429 }, 'provider_rate_limited', /slow down/],
    [{ code: 'Throttling.RateQuota', message: 'Throttled' }, 'provider_rate_limited', /Throttling/],
    [{ code: 500, msg: '404 NOT_FOUND', success: false }, 'provider_error', /404 NOT_FOUND/],
    [{ code: 429, msg: 'too many requests' }, 'provider_rate_limited', /too many requests/],
    [{ error: { code: '1302', msg: 'slow down' } }, 'provider_rate_limited', /1302.*slow down/],
    // Cloudflare, and its gateway.
    [
      cloudflare({ errors: [{ code: 7009, message: 'Upstream gone' }] }),
      'provider_error',
      /: Upstream gone$/,
    ],
    [cloudflare({ error: [{ code: 2019, message: 'Bad format' }] }), 'provider_error', /: Bad format$/],
    [{ errors: [{ code: 'insufficient_quota', message: 'Spent' }] }, 'provider_quota', /Spent/],
    // MiniMax.
    [minimax(1002, 'rate limit'), 'provider_rate_limited', /rate limit/],
    [minimax(1008, 'insufficient balance'), 'provider_quota', /insufficient balance/],
    [minimax(1033, 'system error'), 'provider_error', /1033.*system error/],
  ];
  for (const [body, code, reason] of failures) {
    for (const parts of [readReply(body, {}), streamed(body), streamed(begun, body)]) {
      const last = parts.at(-1);
      assert.ok(last?.type === 'error', JSON.stringify(body));
      assert.equal(last.error.code, code);
      assert.match(last.error.message, reason);
    }
  }
});

test('a failure that a choice reports is that of the answer, with its reason, whatever the finish reason', () => {
  const error = { code: 429, message: 'Upstream rate limit' };
  for (const reason of ['error', null, 'stop']) {
    for (const parts of bothWays({ role: 'assistant', content: '' }, reason, {
      choices: [{ index: 0, finish_reason: reason, message: { content: '' }, error }],
    })) {
      const last = parts.at(-1);
      assert.ok(last?.type === 'error', String(reason));
      assert.equal(last.error.code, 'provider_rate_limited');
      assert.match(last.error.message, /Upstream rate limit/);
    }
  }
  for (const none of [null, {}, { message: '' }]) {
    for (const parts of bothWays({ content: 'Hi' }, 'stop', {
      choices: [{ index: 0, finish_reason: 'stop', message: { content: 'Hi' }, error: none }],
    }))
      assert.deepEqual(contentOf(parts), [textBlock('Hi')]);
  }
});

test('a message beside an empty delta is the answer, unless deltas have said it', () => {
  const message = { role: 'assistant', content: 'Hello.' };
  const whole = { id: 'r', choices: [{ index: 0, delta: {}, message, finish_reason: 'stop' }] };
  const said = { id: 'r', choices: [{ index: 0, delta: { content: 'Hello.' }, finish_reason: null }] };
  for (const parts of [streamed(whole), streamed(said, whole), readReply(whole, {})]) {
    assert.deepEqual(contentOf(parts), [textBlock('Hello.')]);
    assert.equal(parts.at(-1)?.type, 'finish');
  }
});

test('a usage that arrives together with a failure is counted, not one that comes later', () => {
  const error = { code: 502, message: 'The line is down.' };
  const sse = (...events: JsonObject[]) =>
    Buffer.from(
      [...events.map((event) => `data: ${JSON.stringify(event)}\n\n`), 'data: [DONE]\n\n'].join(''),
    );
  const begun = { id: 'r', choices: [{ index: 0, delta: { content: 'Hi' } }] };
  const usage = { choices: [], usage: { prompt_tokens: 7, completion_tokens: 2 } };
  for (const failing of [{ error }, { choices: [{ index: 0, delta: {}, error }] }]) {
    const types = (...pieces: Uint8Array[]) => {
      const reader = replyReader({});
      return pieces.flatMap((bytes) => reader.push(bytes)).concat(reader.end());
    };
    const together = types(sse(begun, begun, failing, begun, begun, usage, usage));
    assert.deepEqual(
      together.map(({ type }) => type),
      ['start', 'text-delta', 'text-delta', 'usage', 'error'],
    );
    const last = together.at(-1);
    assert.ok(last?.type === 'error' && last.counted);
    const later = types(sse(begun, failing), sse(usage)).at(-1);
    assert.ok(later?.type === 'error' && later.counted === undefined);
    assert.equal(types(sse(begun, { ...failing, usage: usage.usage }, usage)).length, 4);
  }
});

test('the usage that comes with the failure of a choice is counted, beside the choice or in it', () => {
  const error = { code: 429, message: 'Upstream rate limit' };
  const usage = { prompt_tokens: 900, completion_tokens: 400, total_tokens: 1300 };
  const failed = { index: 0, finish_reason: 'error', error };
  const begun = { id: 'r', choices: [{ index: 0, delta: { content: 'part' } }] };
  const inTime = { ...failed, delta: { content: ' last' } };
  const whole = { ...failed, message: { content: 'partial' } };
  for (const parts of [
    streamed(begun, { choices: [{ ...inTime, usage }] }),
    streamed(begun, { choices: [{ ...inTime, finish_reason: null }], usage }),
    readReply({ id: 'r', choices: [whole], usage }, {}, 1),
    readReply({ id: 'r', choices: [{ ...whole, usage }] }, {}, 1),
  ]) {
    const last = parts.at(-1);
    assert.ok(last?.type === 'error' && last.counted);
    assert.match(last.error.message, /Upstream rate limit/);
    const counts = parts.find((part) => part.type === 'usage');
    assert.deepEqual([counts?.usage.input, counts?.usage.output], [900, 400]);
  }
});

test('a failure that a choice reports behind its finish reason does not invalidate the answer', () => {
  const ended = { index: 0, delta: { content: 'Hi' }, finish_reason: 'length' };
  const error = { code: 502, message: 'The host gave up.' };
  for (const late of [
    { choices: [{ index: 0, delta: {}, error }] },
    { choices: [{ index: 0, delta: {}, finish_reason: 'error', error }] },
    { choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }], error },
  ]) {
    const parts = streamed({ id: 'r', choices: [ended] }, late);
    assert.deepEqual(parts.at(-1), { type: 'finish', reason: 'length', raw: 'length' });
    assert.ok(parts.some((part) => part.type === 'warning' && part.message.includes('The host gave up.')));
  }
});

test('an event that is named an error is one, whatever it holds', () => {
  const { push } = replyReader({});
  const parts = push(Buffer.from('event: error\ndata: {"message":"kaput","status":500}\n\ndata: [DONE]\n\n'));
  assert.match(parts[0]?.type === 'error' ? parts[0].error.message : '', /answered 500: kaput/);

  const named = replyReader({});
  const failure = JSON.stringify({ message: 'kaput', ...minimax(1002, 'rate limit') });
  const [limited] = named.push(Buffer.from(`event: error\ndata: ${failure}\n\n`));
  assert.equal(limited?.type === 'error' && limited.error.code, 'provider_rate_limited');
});

test('events without choices that report no failure change nothing', () => {
  const progress: JsonObject[] = [
    {},
    { type: 'ping' },
    { message: 'still working' },
    { message: 'ok', code: 0, success: true },
    ...['', '0', '200', 'OK', 'success', 'Success', 'SUCCEEDED'].map((code) => ({
      code,
      message: 'all is well',
    })),
    { code: 20_000, message: 'OK' },
    { code: 1305, message: 'all is well', success: true },
    { code: 'OK', message: 'success', choices: [], usage: { prompt_tokens: 1, completion_tokens: 1 } },
    { status: 'processing', message: 'queued' },
    { type: 'progress', detail: 'loading the model' },
    { choices: [], prompt_filter_results: [], detail: null },
    minimax(0, 'success'),
    { code: 0, msg: 'success' },
    { code: 200, msg: 'loading' },
    { msg: 'still working' },
    { ...cloudflare({ errors: [], error: [] }), success: true },
  ];
  const parts = streamed(...progress, {
    id: 'r',
    choices: [{ index: 0, delta: { content: 'Hello.' }, finish_reason: 'stop' }],
    base_resp: { status_code: 0, status_msg: '' },
    error: [],
    errors: [],
  });
  assert.deepEqual(contentOf(parts), [textBlock('Hello.')]);
  assert.equal(parts.at(-1)?.type, 'finish');
});

test('log probabilities and speech, which only chat clients know, are kept as they came', () => {
  const logprobs = { content: [{ token: 'Hi', logprob: -0.1 }] };
  const audio = { id: 'audio_1', data: 'aGk=', transcript: 'Hi' };
  const choice = { index: 0, logprobs, finish_reason: 'stop' };
  for (const parts of [
    readReply({ id: 'r', choices: [{ ...choice, message: { content: 'Hi', audio } }] }, {}),
    streamed({ id: 'r', choices: [{ ...choice, delta: { content: 'Hi', audio } }] }),
  ]) {
    const kept = parts.flatMap((part) => (part.type === 'opaque' ? [part.value] : []));
    assert.deepEqual(kept, [{ delta: { audio } }, { logprobs }]);
  }
});

test('the tier that a chunk named and the tools that ran are part of the bill at the end', () => {
  const usage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 };
  const executed_tools = [{ index: 0, type: 'browser_search', arguments: '{}' }];
  const parts = streamed(
    {
      id: 'r',
      service_tier: 'flex',
      choices: [{ index: 0, delta: { executed_tools }, finish_reason: null }],
    },
    { id: 'r', choices: [{ index: 0, delta: { content: 'So.' }, finish_reason: 'stop' }] },
    { id: 'r', service_tier: null, choices: [], usage },
  );
  const billed = parts.findLast((part) => part.type === 'usage');
  assert.deepEqual(billed?.terms, ['service_tier=flex', 'browser_search']);
});

test('an error before the end fails the answer, with its bill; one after the end is a warning', () => {
  const failure = { error: { message: 'The host gave up.', code: 502 } };
  const usage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 };
  const say = (finish_reason: string | null) => ({
    id: 'r',
    choices: [{ index: 0, delta: { content: 'Half' }, finish_reason }],
  });
  const failed = streamed(say(null), { ...failure, usage });
  const last = failed.at(-1);
  assert.ok(last?.type === 'error' && last.counted);
  assert.deepEqual(failed.find((part) => part.type === 'usage')?.usage, { ...noUsage, input: 5, output: 2 });
  const uncounted = streamed(say(null), failure).at(-1);
  assert.ok(uncounted?.type === 'error' && uncounted.counted === undefined);
  const whole = streamed(say('length'), failure);
  assert.equal(whole.at(-1)?.type, 'finish');
  assert.match(whole.find((part) => part.type === 'warning')?.message ?? '', /The host gave up/);
});

test('an answer without a finish reason is an answer; without a choice there is none', () => {
  for (const parts of bothWays({ content: 'Hello.' }, null)) {
    assert.deepEqual(contentOf(parts), [textBlock('Hello.')]);
    assert.deepEqual(parts.at(-1), { type: 'finish', reason: 'other' });
  }
  for (const parts of [readReply({ id: 'r', choices: [] }, {}), streamed({ id: 'r', choices: [] })]) {
    assert.equal(parts.at(-1)?.type, 'error');
  }
});

test('usage is read from the end of a stream, and where Groq puts it', () => {
  const usage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 };
  const choices = [{ index: 0, delta: {}, finish_reason: 'stop' }];
  for (const event of [
    { id: 'r', choices, usage },
    { id: 'r', choices, x_groq: { id: 'req_1', usage } },
  ]) {
    const parts = replyReader({}).push(Buffer.from(`data: ${JSON.stringify(event)}\n\n`));
    const read = parts.find((part) => part.type === 'usage');
    assert.deepEqual(read?.usage, { ...noUsage, input: 5, output: 2 });
  }
});

test('an answer that its server aborted is an error, not a finish', () => {
  for (const reason of ['abort', 'cancelled', 'network_error', 'insufficient_system_resource']) {
    const message = { role: 'assistant', content: 'Half an' };
    const parts = readReply({ id: 'r', choices: [{ index: 0, message, finish_reason: reason }] }, {});
    assert.equal(parts.at(-1)?.type, 'error', reason);
  }
});
