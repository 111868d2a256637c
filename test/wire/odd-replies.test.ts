import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  brotliCompressSync,
  constants,
  createGzip,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import type { ConfigInput } from '../../src/config/schema/config-schema.ts';
import { dialectIds } from '../../src/core/wire/content.ts';
import { post, simulatedProviders, startTestGateway } from '../support/gateway.ts';
import { ledgerRow } from '../support/ledger-rows.ts';
import { startLocalServer } from '../support/local-server.ts';
import { startScriptedProvider, wholeReply, type ScriptedProvider } from '../providers/scripted-provider.ts';

/** Every dialect at the address of one provider that says what a test tells it. */
function inEveryDialect({ url }: ScriptedProvider): NonNullable<ConfigInput['providers']> {
  const aws = { accessKeyId: 'AKID', secretAccessKey: 'secret', region: 'us-east-1' };
  return Object.fromEntries(
    dialectIds.map((dialect) => [
      `odd-${dialect}`,
      { dialect, baseUrl: url, ...(dialect === 'bedrock-converse' ? aws : { apiKey: 'key' }) },
    ]),
  );
}

const question = { max_tokens: 20, messages: [{ role: 'user', content: 'Hello?' }] };

test('JSON that is not a valid answer of its dialect is a failure: the next model answers instead', async (t) => {
  const odd = await startScriptedProvider(t);
  const gateway = await startTestGateway(t, {
    config: (simulator) => ({
      providers: { ...inEveryDialect(odd), openai: simulatedProviders(simulator)['openai'] ?? {} },
      routing: { retries: 0 },
    }),
  });
  for (const dialect of dialectIds) {
    for (const body of [{}, { error: { message: 'no capacity', code: 500 } }, { answer: 'of another API' }]) {
      for (const stream of [false, true]) {
        odd.say(wholeReply(body));
        const reply = await post(gateway, '/v1/chat/completions', {
          ...question,
          stream,
          model: `odd-${dialect}/a`,
          models: ['openai/gpt-4o'],
        });
        const title = `${dialect} ${JSON.stringify(body)} ${stream ? 'streamed' : 'whole'}`;
        const text = await reply.text();
        assert.equal(reply.headers.get('x-conclave-model'), 'openai/gpt-4o', `${title}: ${text}`);
        assert.match(text, /"content":"[^"]/, title);
      }
    }
  }
});

test("a provider's redirect is an error of the provider, is reported to the operator and never followed", async (t) => {
  const odd = await startScriptedProvider(t);
  const gateway = await startTestGateway(t, {
    config: { providers: inEveryDialect(odd), routing: { retries: 0 } },
  });
  for (const dialect of dialectIds) {
    odd.say({
      ...wholeReply({}),
      status: 308,
      headers: { location: 'https://elsewhere.example/v1/chat/completions?token=hidden' },
    });
    const reply = await post(gateway, '/v1/chat/completions', { ...question, model: `odd-${dialect}/a` });
    const { error } = (await reply.json()) as { error: { message: string; code: string } };
    assert.equal(reply.status, 502, dialect);
    assert.equal(error.code, 'provider_error', dialect);
    assert.match(error.message, /answered 308, a redirect, which is not followed/, dialect);
    assert.doesNotMatch(error.message, /elsewhere|hidden/, dialect);
    const row = await ledgerRow(gateway, reply);
    const said = row.attempts[0]?.message ?? '';
    assert.match(said, /308, a redirect to https:\/\/elsewhere\.example\/v1\/chat\/completions,/, dialect);
    assert.doesNotMatch(said, /hidden/, dialect);
  }
});

test('an impossible usage is ignored: the answer arrives, and its cost is our estimate', async (t) => {
  const odd = await startScriptedProvider(t);
  const gateway = await startTestGateway(t, {
    config: {
      providers: inEveryDialect(odd),
      models: [{ id: 'odd-openai-chat/a', price: { input: 1, output: 10 } }],
    },
  });
  const choice = { index: 0, message: { role: 'assistant', content: 'Twelve chars' }, finish_reason: 'stop' };
  const answer = { id: 'c', object: 'chat.completion', created: 1, model: 'a', choices: [choice] };
  const costs: string[] = [];
  for (const usage of [
    { prompt_tokens: 10, completion_tokens: 1e30 },
    { prompt_tokens: 4e9, completion_tokens: 3 },
    { prompt_tokens: 9.6, completion_tokens: 3.2 },
  ]) {
    odd.say(wholeReply({ ...answer, usage }));
    const reply = await post(gateway, '/v1/chat/completions', { ...question, model: 'odd-openai-chat/a' });
    assert.equal(reply.status, 200, JSON.stringify(usage));
    const row = await ledgerRow(gateway, reply);
    costs.push(`${row.attempts[0]?.usage.output} tokens${row.estimated ? ', estimated' : ''}`);
  }
  assert.deepEqual(costs, ['3 tokens, estimated', '3 tokens, estimated', '3 tokens']);
});

test('a stream is complete after its finish reason, even if its connection hangs or breaks before its end', async (t) => {
  const odd = await startScriptedProvider(t);
  const gateway = await startTestGateway(t, {
    config: { providers: inEveryDialect(odd), routing: { retries: 0, timeouts: { idleMs: 300 } } },
  });
  const piece = (delta: object, finish: string | null) =>
    Buffer.from(
      `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'a', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`,
    );
  const text = piece({ role: 'assistant', content: 'Whole.' }, null);
  for (const [path, ends] of [
    ['/v1/chat/completions', /\[DONE\]\s*$/],
    ['/v1/messages', /event: message_stop\n.*\s*$/],
  ] as const) {
    for (const ending of ['hang', 'reset'] as const) {
      const asked = { ...question, stream: true, model: 'odd-openai-chat/a' };
      odd.say({ contentType: 'text/event-stream', pieces: [text, piece({}, 'stop')], ending });
      const reply = await post(gateway, path, asked);
      assert.match(await reply.text(), ends, `${path} ${ending}`);
      const row = await ledgerRow(gateway, reply);
      assert.equal(row.state, 'ok');
      odd.say({ contentType: 'text/event-stream', pieces: [text], ending });
      const cut = await (await post(gateway, path, asked)).text();
      assert.match(cut, /was cut short/, 'without that word it is a cut');
      assert.doesNotMatch(cut, ends);
    }
  }
});

test('a finished answer ends soon, however long its connection is kept open or alive', async (t) => {
  const pings: NodeJS.Timeout[] = [];
  t.after(() => pings.forEach(clearInterval));
  const event = (choice: object) => `data: ${JSON.stringify({ id: 'c', model: 'a', choices: [choice] })}\n\n`;
  const usage = { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 };
  const chat = [
    event({ index: 0, delta: { content: 'Whole.' }, finish_reason: null }),
    event({ index: 0, delta: {}, finish_reason: 'stop' }),
    `data: ${JSON.stringify({ id: 'c', model: 'a', choices: [], usage })}\n\n`,
  ];
  const short = {
    candidates: [{ content: { role: 'model', parts: [{ text: 'Whole.' }] }, finishReason: 'STOP' }],
    usageMetadata: { promptTokenCount: 7, candidatesTokenCount: 2 },
  };
  const url = await startLocalServer(t, (request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const isChat = request.url?.includes('/chat/completions');
    response.write(isChat ? chat.join('') : `data: ${JSON.stringify(short)}\n\n`);
    pings.push(setInterval(() => response.write(': ping\n\n'), 100));
  });
  const gateway = await startTestGateway(t, {
    config: {
      providers: {
        open: { dialect: 'openai-chat', baseUrl: url, apiKey: 'key' },
        gemini: { dialect: 'google-generate', baseUrl: url, apiKey: 'key' },
      },
      routing: { retries: 0, timeouts: { idleMs: 40_000, totalMs: 40_000 } },
    },
  });
  for (const [path, model, ends] of [
    ['/v1/chat/completions', 'open/a', /Whole\..*\[DONE\]\s*$/s],
    ['/v1/messages', 'open/a', /Whole\..*event: message_stop\n.*\s*$/s],
    ['/v1/messages', 'gemini/a', /Whole\..*event: message_stop\n.*\s*$/s],
  ] as const) {
    const asked = Date.now();
    const reply = await post(gateway, path, { ...question, stream: true, model });
    assert.match(await reply.text(), ends);
    assert.equal((await ledgerRow(gateway, reply)).state, 'ok');
    assert.ok(Date.now() - asked < 30_000, 'it does not wait for the connection to end');
  }
});

test('a model of Google’s that thinks behind a piece with a STOP, as some servers write one beside each, goes on', async (t) => {
  const said = (part: object) => ({
    candidates: [{ content: { role: 'model', parts: [part] }, finishReason: 'STOP' }],
    usageMetadata: { promptTokenCount: 7, candidatesTokenCount: 2 },
  });
  const url = await startLocalServer(t, (request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`data: ${JSON.stringify(said({ text: 'I look. ' }))}\n\n`);
    const call = said({ functionCall: { name: 'look', args: {} } });
    setTimeout(() => response.end(`data: ${JSON.stringify(call)}\n\n`), 6_000);
  });
  const gateway = await startTestGateway(t, {
    config: { providers: { gemini: { dialect: 'google-generate', baseUrl: url, apiKey: 'key' } } },
  });
  const tools = [{ name: 'look', input_schema: { type: 'object' } }];
  const reply = await post(gateway, '/v1/messages', { ...question, tools, stream: true, model: 'gemini/a' });
  assert.match(await reply.text(), /I look\..*"name":"look".*"stop_reason":"tool_use"/s);
});

test('the last event of a stream is relayed without its blank line, too, and is left out if it is cut short', async (t) => {
  const odd = await startScriptedProvider(t);
  const gateway = await startTestGateway(t, {
    config: { providers: inEveryDialect(odd), routing: { retries: 0 } },
  });
  const event = (choice: object, more: object = {}) =>
    `data: ${JSON.stringify({ id: 'c', model: 'a', choices: [choice], ...more })}`;
  const first = event({ index: 0, delta: { content: 'Whole ' }, finish_reason: null });
  const usage = { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 };
  const last = event({ index: 0, delta: { content: 'words.' }, finish_reason: 'stop' }, { usage });
  const say = async (...pieces: string[]) => {
    odd.say({
      contentType: 'text/event-stream',
      pieces: pieces.map((piece) => Buffer.from(piece)),
      ending: 'end',
    });
    const asked = {
      ...question,
      stream: true,
      stream_options: { include_usage: true },
      model: 'odd-openai-chat/a',
    };
    return (await post(gateway, '/v1/chat/completions', asked)).text();
  };
  for (const end of ['', '\n', '\r\n']) {
    const told = await say(`${first}\n\n`, last + end);
    assert.match(
      told,
      /Whole .*words\..*"finish_reason":"stop".*"prompt_tokens":7.*\n\ndata: \[DONE\]\s*$/s,
      JSON.stringify(end),
    );
  }
  const cut = await say(`${first}\n\n${last}\n\n`, 'data: {"id":"c","usa');
  assert.match(cut, /words\.[^\n]*\n\ndata: \[DONE\]\s*$/);
});

test('with several choices in one stream, none may be cut: the end of one does not end the others', async (t) => {
  const odd = await startScriptedProvider(t);
  const gateway = await startTestGateway(t, {
    config: { providers: inEveryDialect(odd), routing: { retries: 0, timeouts: { idleMs: 300 } } },
  });
  const piece = (index: number, content: string, finish: string | null) =>
    Buffer.from(
      `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'a', choices: [{ index, delta: { role: 'assistant', content }, finish_reason: finish }] })}\n\n`,
    );
  const asked = { ...question, n: 2, stream: true, model: 'odd-openai-chat/a' };
  for (const ending of ['end', 'hang', 'reset'] as const) {
    const said = [piece(0, 'One.', 'stop'), piece(1, 'Tw', null)];
    odd.say({ contentType: 'text/event-stream', pieces: said, ending });
    const cut = await (await post(gateway, '/v1/chat/completions', asked)).text();
    assert.match(cut, /"code":"stream_truncated"/, ending);
    assert.doesNotMatch(cut, /\[DONE\]/, ending);

    odd.say({ contentType: 'text/event-stream', pieces: [...said, piece(1, 'o.', 'stop')], ending });
    const whole = await (await post(gateway, '/v1/chat/completions', asked)).text();
    assert.match(whole, /\[DONE\]\s*$/, ending);
  }
});

test('a malformed answer is a failure, not a short answer: the next model is tried', async (t) => {
  const odd = await startScriptedProvider(t);
  const gateway = await startTestGateway(t, {
    config: (simulator) => ({
      providers: { ...inEveryDialect(odd), openai: simulatedProviders(simulator)['openai'] ?? {} },
      routing: { retries: 0 },
    }),
  });
  const candidate = { content: {}, finishReason: 'MALFORMED_FUNCTION_CALL', finishMessage: 'print(call(' };
  const malformed = {
    'google-generate': { candidates: [candidate], usageMetadata: { promptTokenCount: 9 } },
    'bedrock-converse': {
      output: { message: { role: 'assistant', content: [] } },
      stopReason: 'malformed_tool_use',
      usage: { inputTokens: 9, outputTokens: 4 },
    },
  };
  for (const [dialect, body] of Object.entries(malformed)) {
    odd.say(wholeReply(body));
    const alone = await post(gateway, '/v1/messages', { ...question, model: `odd-${dialect}/a` });
    assert.equal(alone.status, 502, dialect);
    assert.equal(alone.headers.get('x-conclave-attempts'), '1', dialect);
    assert.match(await alone.text(), /did not finish its answer \((MALFORMED|malformed)_/, dialect);
    const helped = await post(gateway, '/v1/messages', {
      ...question,
      model: `odd-${dialect}/a`,
      models: ['openai/gpt-4o'],
    });
    assert.equal(helped.headers.get('x-conclave-model'), 'openai/gpt-4o', dialect);
  }
});

/** All of Gemini's reasons that are neither its stop, its limit nor a filter, and one that nobody knows yet. */
const unfinished = [
  'OTHER',
  'LANGUAGE',
  'MALFORMED_FUNCTION_CALL',
  'MALFORMED_RESPONSE',
  'UNEXPECTED_TOOL_CALL',
  'TOO_MANY_TOOL_CALLS',
  'MISSING_THOUGHT_SIGNATURE',
  'NO_IMAGE',
  'IMAGE_OTHER',
  'OF_NEXT_YEAR',
];

test('Gemini that breaks off for any reason but its own stop never looks like an answer', async (t) => {
  const odd = await startScriptedProvider(t);
  const gateway = await startTestGateway(t, {
    config: (simulator) => ({
      providers: { ...inEveryDialect(odd), openai: simulatedProviders(simulator)['openai'] ?? {} },
      routing: { retries: 0 },
    }),
  });
  const asked = { ...question, model: 'odd-google-generate/a' };
  const usageMetadata = { promptTokenCount: 9, candidatesTokenCount: 4 };
  const half = { role: 'model', parts: [{ text: 'Half a sen' }] };
  const clients = {
    '/v1/chat/completions': asked,
    '/v1/messages': asked,
    '/v1/responses': { model: asked.model, input: 'Hello?' },
  };
  for (const finishReason of unfinished) {
    odd.say(wholeReply({ candidates: [{ finishReason, index: 0 }], usageMetadata }));
    const helped = await post(gateway, '/v1/chat/completions', { ...asked, models: ['openai/gpt-4o'] });
    assert.equal(helped.headers.get('x-conclave-model'), 'openai/gpt-4o', finishReason);
    for (const [path, body] of Object.entries(clients)) {
      odd.say(wholeReply({ candidates: [{ finishReason, content: half }], usageMetadata }));
      const alone = await post(gateway, path, body);
      assert.equal(alone.status, 502, `${path} ${finishReason}`);
      assert.match(await alone.text(), new RegExp(`did not finish its answer \\(${finishReason}\\)`));
      const events = [{ content: half }, { finishReason }].map((candidate) =>
        Buffer.from(`data: ${JSON.stringify({ candidates: [candidate], usageMetadata })}\n\n`),
      );
      odd.say({ contentType: 'text/event-stream', pieces: events, ending: 'end' });
      const streamed = await (await post(gateway, path, { ...body, stream: true })).text();
      assert.match(streamed, /Half a sen/, path);
      assert.match(streamed, new RegExp(`did not finish its answer \\(${finishReason}\\)`), path);
      assert.doesNotMatch(streamed, /\[DONE\]|message_stop|response\.completed|"finish_reason":"stop"/, path);
    }
  }
});

test('fewer vectors than texts is an error, because they could not be matched', async (t) => {
  const odd = await startScriptedProvider(t);
  const gateway = await startTestGateway(t, {
    config: { providers: inEveryDialect(odd), routing: { retries: 0 } },
  });
  const vectors = {
    'openai-chat': { object: 'list', data: [{ object: 'embedding', index: 0, embedding: [0.5] }] },
    'google-generate': { embeddings: [{ values: [0.5] }] },
    'ollama-chat': { embeddings: [[0.5]] },
  };
  for (const [dialect, body] of Object.entries(vectors)) {
    odd.say(wholeReply(body));
    const model = `odd-${dialect}/a`;
    const one = await post(gateway, '/v1/embeddings', { model, input: ['One.'] });
    assert.equal(one.status, 200, dialect);
    const two = await post(gateway, '/v1/embeddings', { model, input: ['One.', 'Two.'] });
    assert.equal(two.status, 502, dialect);
    assert.match(await two.text(), /sent 1 vectors for 2 texts/, dialect);
  }
});

test(
  'a failure whose words never end is known by its status: the next model is asked',
  { timeout: 30_000 },
  async (t) => {
    const odd = await startScriptedProvider(t);
    const gateway = await startTestGateway(t, {
      config: (simulator) => ({
        providers: { ...inEveryDialect(odd), openai: simulatedProviders(simulator)['openai'] ?? {} },
        routing: { retries: 0 },
      }),
    });
    odd.say({ ...wholeReply({ error: { message: 'no' } }), status: 503, ending: 'hang' });
    const reply = await post(gateway, '/v1/chat/completions', {
      ...question,
      model: 'odd-openai-chat/a',
      models: ['openai/gpt-4o'],
    });
    assert.equal(reply.headers.get('x-conclave-model'), 'openai/gpt-4o');
    await reply.text();
  },
);

test('an answer by a schema stands alone, whatever its model says before it gives it', async (t) => {
  const odd = await startScriptedProvider(t);
  const gateway = await startTestGateway(t, {
    config: { providers: inEveryDialect(odd), routing: { retries: 0 } },
  });
  const input = { city: 'Lyon' };
  const said = 'Here you are: ';
  const usage = { input_tokens: 9, output_tokens: 9 };
  const tool = { type: 'tool_use', id: 'toolu_1', name: 'conclave_answer' };
  const claude = [
    { type: 'message_start', message: { id: 'msg_1', role: 'assistant', content: [], usage } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: said } },
    { type: 'content_block_stop', index: 0 },
    { type: 'content_block_start', index: 1, content_block: { ...tool, input: {} } },
    ...['{"city":', '"Lyon"}'].map((partial_json) => ({
      type: 'content_block_delta',
      index: 1,
      delta: { type: 'input_json_delta', partial_json },
    })),
    { type: 'content_block_stop', index: 1 },
    { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage },
    { type: 'message_stop' },
  ];
  const gemini = { text: said };
  const called = { functionCall: { name: 'conclave_answer', args: input } };
  const sse = (events: readonly object[]) => ({
    contentType: 'text/event-stream',
    pieces: events.map((event) => Buffer.from(`data: ${JSON.stringify(event)}\n\n`)),
    ending: 'end' as const,
  });
  const scripts = [
    ['odd-anthropic-messages/claude-3-5-haiku-20241022', true, sse(claude)],
    [
      'odd-anthropic-messages/claude-3-5-haiku-20241022',
      false,
      wholeReply({
        role: 'assistant',
        content: [
          { type: 'text', text: said },
          { ...tool, input },
        ],
        usage,
      }),
    ],
    [
      'odd-bedrock-converse/meta.llama3-1-70b-instruct-v1:0',
      false,
      wholeReply({
        output: {
          message: {
            role: 'assistant',
            content: [
              { text: said },
              { toolUse: { toolUseId: 'a', name: 'conclave_answer', input } },
              { toolUse: { toolUseId: 'b', name: 'conclave_answer', input: { city: 'Nice' } } },
            ],
          },
        },
        stopReason: 'tool_use',
      }),
    ],
    [
      'odd-google-generate/gemini-2.0-flash',
      true,
      sse([
        { candidates: [{ content: { parts: [gemini] } }] },
        { candidates: [{ content: { parts: [called] }, finishReason: 'STOP' }], usageMetadata: {} },
      ]),
    ],
  ] as const;
  for (const [model, stream, script] of scripts) {
    odd.say(script);
    const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
    const reply = await post(gateway, '/v1/chat/completions', {
      ...question,
      model,
      stream,
      tools: [{ type: 'function', function: { name: 'look' } }],
      response_format: { type: 'json_schema', json_schema: { name: 'place', schema } },
    });
    const text = await reply.text();
    assert.equal(reply.status, 200, text);
    const events = stream
      ? text.split('\n\n').flatMap((event) => event.match(/^data: (\{.*)$/)?.[1] ?? [])
      : [text];
    const content = events.map((event) => {
      const [choice] = (JSON.parse(event) as { choices: { delta?: Said; message?: Said }[] }).choices;
      return (choice?.delta ?? choice?.message)?.content ?? '';
    });
    assert.deepEqual(JSON.parse(content.join('')), input, `${model}: ${text}`);
  }
});

type Said = { readonly content?: string | null };

test('an error compressed by a proxy keeps its status, headers and message', async (t) => {
  const odd = await startScriptedProvider(t);
  const gateway = await startTestGateway(t, {
    config: {
      providers: { lab: { dialect: 'openai-chat', baseUrl: `${odd.url}/v1`, apiKey: 'key' } },
      routing: { retries: 2, fallbacks: {} },
    },
  });
  const said = Buffer.from(
    JSON.stringify({ error: { message: 'bad tools', type: 'invalid_request_error' } }),
  );
  const bomb = Buffer.concat([said, Buffer.alloc(64 * 1024 * 1024, ' ')]);
  const packed: [encoding: string, piece: Buffer][] = [
    ['gzip', gzipSync(said)],
    ['GZIP', gzipSync(bomb)],
    ['br', brotliCompressSync(said)],
    ['deflate', deflateSync(said)],
    ['Deflate', deflateRawSync(said)],
    ['zstd', zstdCompressSync(said)],
  ];
  for (const [encoding, piece] of packed) {
    odd.say({
      status: 400,
      headers: { 'content-encoding': encoding },
      contentType: 'application/json',
      pieces: [piece],
      ending: 'end',
    });
    const reply = await post(gateway, '/v1/chat/completions', { ...question, model: `lab/${encoding}` });
    assert.equal(reply.status, 400, encoding);
    assert.match(await reply.text(), /bad tools/);
    assert.equal(reply.headers.get('x-conclave-attempts'), '1');
  }
  odd.say({
    status: 429,
    headers: { 'content-encoding': 'gzip', 'retry-after': '30' },
    contentType: 'application/json',
    pieces: [Buffer.from('no gzip at all')],
    ending: 'end',
  });
  const limited = await post(gateway, '/v1/chat/completions', { ...question, model: 'lab/limited' });
  assert.deepEqual([limited.status, limited.headers.get('retry-after')], [429, '30']);
  odd.say({
    status: 400,
    headers: { 'content-encoding': 'gzip' },
    contentType: 'application/json',
    pieces: [gzipSync(said).subarray(0, -1)],
    ending: 'hang',
  });
  const stalled = await post(gateway, '/v1/chat/completions', { ...question, model: 'lab/stalled' });
  assert.equal(stalled.status, 400);
  assert.match(await stalled.text(), /bad tools/);
  odd.say({
    status: 400,
    headers: { 'content-encoding': 'snappy' },
    contentType: 'application/json',
    pieces: [said],
    ending: 'end',
  });
  const unknown = await post(gateway, '/v1/chat/completions', { ...question, model: 'lab/unknown' });
  assert.equal(unknown.status, 400);
  assert.doesNotMatch(await unknown.text(), /bad tools/);
});

test('an answer compressed by a proxy, though it was asked for plain, arrives whole and streamed', async (t) => {
  const odd = await startScriptedProvider(t);
  const gateway = await startTestGateway(t, {
    config: { providers: inEveryDialect(odd), routing: { retries: 2 } },
  });
  const asked = { ...question, model: 'odd-openai-chat/a' };
  const usage = { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 };
  const answer = (member: string) =>
    JSON.stringify({
      id: 'c',
      model: 'a',
      choices: [{ index: 0, [member]: { content: 'Whole.' }, finish_reason: 'stop' }],
      usage,
    });
  const whole = Buffer.from(answer('message'));
  const stream = Buffer.from(`data: ${answer('delta')}\n\ndata: [DONE]\n\n`);
  const pack = {
    gzip: gzipSync,
    br: brotliCompressSync,
    deflate: deflateSync,
    // Without the wrapper of zlib.
    Deflate: deflateRawSync,
    zstd: zstdCompressSync,
  };
  for (const [encoding, packed] of Object.entries(pack)) {
    for (const path of ['/v1/chat/completions', '/v1/messages']) {
      for (const streamed of [false, true]) {
        odd.say({
          headers: { 'content-encoding': encoding },
          contentType: streamed ? 'text/event-stream' : 'application/json',
          pieces: [packed(streamed ? stream : whole)],
          ending: 'end',
        });
        const reply = await post(gateway, path, { ...asked, stream: streamed });
        assert.match(await reply.text(), /Whole\./, `${encoding} ${path} ${streamed}`);
        const { state, usage: counted } = await ledgerRow(gateway, reply);
        assert.deepEqual([state, counted.input, counted.output], ['ok', 7, 2]);
      }
    }
  }
  for (const [encoding, packed] of Object.entries(pack)) {
    // Its only block is lost with its end.
    if (encoding === 'zstd') continue;
    const [half] = stream.toString().split('"finish_reason"');
    odd.say({
      headers: { 'content-encoding': encoding.toUpperCase() },
      contentType: 'text/event-stream',
      pieces: [
        packed(Buffer.from(`data: {"choices":[{"index":0,"delta":{"content":"Half"}}]}\n\n${half}`)).subarray(
          0,
          -3,
        ),
      ],
      ending: 'end',
    });
    const cut = await (await post(gateway, '/v1/chat/completions', { ...asked, stream: true })).text();
    assert.match(cut, /stream_truncated/, encoding);
  }
  odd.say({
    headers: { 'content-encoding': 'gzip' },
    contentType: 'application/json',
    pieces: [whole],
    ending: 'end',
  });
  const broken = await post(gateway, '/v1/chat/completions', asked);
  assert.equal(broken.status, 502);
  assert.match(await broken.text(), /not what its content-encoding says/);
});

test('a compressed stream arrives piece by piece', async (t) => {
  let finish: (() => void) | undefined;
  const event = (choice: object) => `data: ${JSON.stringify({ id: 'c', model: 'a', choices: [choice] })}\n\n`;
  const url = await startLocalServer(t, (request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' });
    const packer = createGzip({ flush: constants.Z_SYNC_FLUSH });
    packer.pipe(response);
    packer.write(event({ index: 0, delta: { content: 'First' }, finish_reason: null }));
    finish = () => packer.end(`${event({ index: 0, delta: {}, finish_reason: 'stop' })}data: [DONE]\n\n`);
  });
  const gateway = await startTestGateway(t, {
    config: { providers: { packed: { dialect: 'openai-chat', baseUrl: url, apiKey: 'key' } } },
  });
  const reply = await post(gateway, '/v1/chat/completions', { ...question, stream: true, model: 'packed/a' });
  assert.ok(reply.body);
  let told = '';
  for await (const bytes of reply.body) {
    told += Buffer.from(bytes).toString();
    if (told.includes('First')) finish?.();
  }
  assert.match(told, /First.*\[DONE\]/s);
});
