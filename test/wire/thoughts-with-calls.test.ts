import assert from 'node:assert/strict';
import { after, before, describe, test, type TestContext } from 'node:test';
import { isJsonObject, type JsonObject } from '../../src/core/json/json.ts';
import { openTestGateway, post, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { ledgerRow } from '../support/ledger-rows.ts';
import { chunk } from '../support/chat-replies.ts';
import { readText, startLocalServer } from '../support/local-server.ts';
import { modelRequests } from '../support/model-requests.ts';

// Models that think before a tool call reject that call in the next turn without its reasoning. Many clients return it
// without, and conversations come from models that reason elsewhere. The simulator rejects what the providers do.

let gateway: TestGateway;
before(async () => {
  gateway = await openTestGateway({
    config: ({ url }) => ({
      providers: Object.fromEntries(providers.map((id) => [id, { baseUrl: `${url}/${id}/v1`, apiKey: 'k' }])),
      aliases: { cheap: 'deepseek/deepseek-v4-flash' },
      routing: { retries: 0 },
    }),
  });
});
after(() => gateway.close());

const providers = ['deepseek', 'moonshot', 'moonshot-cn', 'xiaomi', 'zai', 'zhipu', 'minimax', 'alibaba'];

const parameters = { type: 'object', properties: { city: { type: 'string' } } };
const chatCall = { id: 't1', type: 'function', function: { name: 'weather', arguments: '{}' } };
const use = { type: 'tool_use', id: 't1', name: 'weather', input: {} };

type Told = {
  readonly path: string;
  readonly headers?: Record<string, string>;
  /** A conversation that ends with a tool result, with or without the reasoning. */
  readonly body: (thought: string | undefined) => JsonObject;
};

const clients: Readonly<Record<string, Told>> = {
  'chat completions': {
    path: '/v1/chat/completions',
    body: (thought) => ({
      messages: [
        { role: 'user', content: 'x' },
        {
          role: 'assistant',
          content: null,
          tool_calls: [chatCall],
          ...(thought !== undefined && { reasoning_content: thought }),
        },
        { role: 'tool', tool_call_id: 't1', content: 'r' },
      ],
      tools: [{ type: 'function', function: { name: 'weather', parameters } }],
    }),
  },
  responses: {
    path: '/v1/responses',
    body: (thought) => ({
      input: [
        { role: 'user', content: 'x' },
        ...(thought === undefined
          ? []
          : [{ type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: thought }] }]),
        { type: 'function_call', call_id: 't1', name: 'weather', arguments: '{}' },
        { type: 'function_call_output', call_id: 't1', output: 'r' },
      ],
      tools: [{ type: 'function', name: 'weather', parameters }],
    }),
  },
  messages: {
    path: '/v1/messages',
    headers: { 'anthropic-version': '2023-06-01' },
    body: (thought) => ({
      max_tokens: 5_000,
      messages: [
        { role: 'user', content: 'x' },
        {
          role: 'assistant',
          content:
            thought === undefined ? [use] : [{ type: 'thinking', thinking: thought, signature: '' }, use],
        },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: 'r' }] },
      ],
      tools: [{ name: 'weather', input_schema: parameters }],
    }),
  },
};

/** The assistant's turn as sent to the provider, and the client's warnings. */
async function ask({ path, headers, body }: Told, model: string, thought: string | undefined) {
  const reply = await post(gateway, path, { model, ...body(thought) }, headers);
  const text = await reply.text();
  assert.equal(reply.status, 200, text);
  const sent = modelRequests(gateway.simulator).at(-1)?.body;
  const messages = isJsonObject(sent) && Array.isArray(sent['messages']) ? sent['messages'] : [];
  return { turn: messages[1], warnings: reply.headers.get('x-conclave-warnings') };
}

for (const [name, told] of Object.entries(clients)) {
  describe(`a tool call over ${name}`, () => {
    for (const model of ['deepseek/deepseek-v4-pro', 'moonshot/kimi-k2.6', 'xiaomi/mimo-v2.5-pro', 'cheap']) {
      test(`is taken by ${model} without the thought that led to it`, async () => {
        const { turn, warnings } = await ask(told, model, undefined);
        assert.ok(isJsonObject(turn));
        assert.equal(turn['reasoning_content'], ' ');
        assert.equal(warnings, null, 'nothing that the client sent was lost');
      });
    }

    for (const id of providers) {
      test(`brings its thought back to ${id}`, async () => {
        const { turn, warnings } = await ask(told, `${id}/${thinkers[id] ?? 'm'}`, 'Hm.');
        assert.ok(isJsonObject(turn));
        assert.equal(turn['reasoning_content'], 'Hm.');
        assert.equal(warnings, null);
      });
    }
  });
}

const thinkers: Readonly<Record<string, string>> = {
  deepseek: 'deepseek-v4-pro',
  moonshot: 'kimi-k2.6',
  'moonshot-cn': 'kimi-k2-thinking',
  xiaomi: 'mimo-v2.5-pro',
  zai: 'glm-5.2',
  zhipu: 'glm-5.2',
  minimax: 'MiniMax-M2.5',
  alibaba: 'qwen3-max',
};

test('a turn without tool calls reaches such a provider byte for byte', async () => {
  const messages = [
    { role: 'user', content: 'x' },
    { role: 'assistant', content: 'y' },
    { role: 'user', content: 'z' },
  ];
  const reply = await post(gateway, '/v1/chat/completions', { model: 'moonshot/kimi-k2.6', messages });
  assert.equal(reply.status, 200, await reply.text());
  const sent = modelRequests(gateway.simulator).at(-1)?.body;
  assert.deepEqual(isJsonObject(sent) ? sent['messages'] : undefined, messages);
});

test('reasoning is repeated only in its own conversation', async (t) => {
  const { lab, asked, say } = await startReasoningLab(t);
  const thoughtTold = () => /"reasoning_content":"([^"]*)"/.exec(JSON.stringify(asked.at(-1)))?.[1];

  for (const name of ['Alice', 'Bob']) assert.equal((await say(opening(name))).status, 200);
  for (const [name, thought] of [
    ['Alice', 'about Alice'],
    ['Bob', 'about Bob'],
    ['Carol', undefined],
  ] as const) {
    assert.equal((await say(nextTurn(name))).status, 200);
    assert.equal(thoughtTold(), thought, name);
  }

  // In a small context window the client's own messages take precedence.
  assert.equal((await say(opening('Dora'))).status, 200);
  for (const [model, told] of [
    ['lab/m', true],
    ['lab/small', false],
  ] as const) {
    const reply = await post(lab, '/v1/chat/completions', { model, messages: nextTurn('Dora'), tools });
    assert.equal(reply.status, 200, await reply.text());
    assert.equal(thoughtTold() !== undefined, told, model);
  }
});

for (const status of [400, 422])
  test(`a model that rejects restored reasoning with ${status} is asked again without it, as an attempt of its own`, async (t) => {
    const { lab, asked, say, rejectReasoning } = await startReasoningLab(t, status);
    assert.equal((await say(opening('Alice'))).status, 200);
    rejectReasoning();
    const before = asked.length;
    const reply = await say(nextTurn('Alice'));
    assert.equal(reply.status, 200, await reply.text());
    assert.equal(asked.length - before, 2);
    const warnings = reply.headers.get('x-conclave-warnings') ?? '';
    assert.match(warnings, /Retried without the model's reasoning/);
    assert.ok(!warnings.includes(labKey), 'the provider quotes its key, which is removed');

    assert.equal(reply.headers.get('x-conclave-attempts'), '2');
    const row = await ledgerRow(lab, reply);
    assert.deepEqual(
      row.attempts.map(({ outcome, status, errorCode, cost }) => ({ outcome, status, errorCode, cost })),
      [
        { outcome: 'failed', status, errorCode: 'invalid_request', cost: 0n },
        { outcome: 'ok', status: 200, errorCode: undefined, cost: 3_000n },
      ],
    );

    assert.equal((await say(nextTurn('Alice'))).headers.get('x-conclave-warnings'), null);
    assert.equal(asked.length - before, 3, 'it is forgotten');
  });

test('a request that is wrong with and without restored reasoning is rejected with both errors', async (t) => {
  const { asked, say, rejectReasoning } = await startReasoningLab(t);
  assert.equal((await say(opening('Alice'))).status, 200);
  rejectReasoning('and everything else');
  const before = asked.length;
  const reply = await say(nextTurn('Alice'));
  assert.equal(reply.status, 400);
  assert.match(await reply.text(), /All 2 attempts failed/);
  assert.equal(asked.length - before, 2);
});

test('a refused key is not taken for rejected reasoning', async (t) => {
  const { asked, say, reject } = await startReasoningLab(t);
  assert.equal((await say(opening('Alice'))).status, 200);
  reject(() => ({ status: 400, error: { message: 'no such key', code: 'invalid_api_key' } }));
  assert.equal((await say(nextTurn('Alice'))).status, 502);
  assert.deepEqual(
    asked.slice(1).map(({ model }) => model),
    ['m', 'spare'],
    'it is not asked again without its reasoning',
  );
});

test('a prompt that is too long only with restored reasoning may go to a model with as small a window', async (t) => {
  const { asked, say, reject } = await startReasoningLab(t);
  assert.equal((await say(opening('Alice'))).status, 200);
  reject(({ model, messages }) => {
    if (model !== 'm') return undefined;
    return JSON.stringify(messages).includes('reasoning_content')
      ? { status: 400, error: { message: 'too long', code: 'context_length_exceeded' } }
      : { status: 500, error: { message: 'failed' } };
  });
  const reply = await say(nextTurn('Alice'));
  assert.equal(reply.headers.get('x-conclave-model'), 'lab/spare', await reply.text());
  assert.deepEqual(
    asked.slice(1).map(({ model }) => model),
    ['m', 'm', 'spare'],
  );
});

test('the reasoning of an answer that broke off is not repeated', async (t) => {
  const { asked, say, cutStreams } = await startReasoningLab(t);
  cutStreams();
  const cut = await say(opening('Alice'), true);
  assert.match(await cut.text(), /tool_calls.*"error"/s);
  assert.equal((await say(nextTurn('Alice'))).status, 200);
  assert.doesNotMatch(JSON.stringify(asked.at(-1)), /reasoning_content/);
});

const tools = [{ type: 'function', function: { name: 'weather', parameters } }];
const opening = (name: string): JsonObject[] => [{ role: 'user', content: name }];
const nextTurn = (name: string): JsonObject[] => [
  ...opening(name),
  { role: 'assistant', content: null, tool_calls: [{ ...chatCall, id: 'call_0' }] },
  { role: 'tool', tool_call_id: 'call_0', content: 'r' },
];

const labKey = 'key-of-the-lab';

type Rejection = { readonly status: number; readonly error: JsonObject };

/** A gateway in front of a server that reasons, and can begin to reject reasoning, with this status. */
async function startReasoningLab(t: TestContext, status = 400) {
  const asked: JsonObject[] = [];
  let rejection: (asked: JsonObject) => Rejection | undefined = () => undefined;
  let cutsStreams = false;
  // As vLLM and others: the calls of every conversation count from 0.
  const url = await startLocalServer(t, async (request, response) => {
    const body = JSON.parse(await readText(request)) as JsonObject; // our own gateway wrote it
    asked.push(body);
    const told = JSON.stringify(body['messages']);
    const rejected = rejection(body);
    if (body['stream'] === true && cutsStreams) {
      const { reasoning_content, tool_calls } = messageTo(told);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(chunk({ role: 'assistant', reasoning_content }));
      const calls = tool_calls.map((call, index) => ({ ...call, index }));
      return void response.write(chunk({ tool_calls: calls }), () => response.destroy());
    }
    response.writeHead(rejected?.status ?? 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(rejected ? { error: rejected.error } : answerTo(told)));
  });
  const quirks = { reasoningField: 'reasoning_content' } as const;
  const price = { input: 1, output: 2 };
  const lab = await startTestGateway(t, {
    config: {
      providers: { lab: { dialect: 'openai-chat', baseUrl: `${url}/v1`, apiKey: labKey, quirks } },
      models: [
        { id: 'lab/m', price, contextWindow: 100_000 },
        { id: 'lab/spare', contextWindow: 100_000 },
        { id: 'lab/small', contextWindow: 4_000, maxOutputTokens: 500 },
      ],
      routing: { retries: 0, fallbacks: { 'lab/m': ['lab/spare'] } },
    },
  });
  return {
    lab,
    asked,
    say: (messages: JsonObject[], stream = false) =>
      post(lab, '/v1/chat/completions', { model: 'lab/m', messages, tools, stream }),
    cutStreams: () => {
      cutsStreams = true;
    },
    reject: (how: typeof rejection) => {
      rejection = how;
    },
    rejectReasoning: (too: 'reasoning' | 'and everything else' = 'reasoning') => {
      const error = { message: `no thoughts here, Bearer ${labKey}` };
      rejection = ({ messages }) =>
        too === 'and everything else' || JSON.stringify(messages).includes('reasoning_content')
          ? { status, error }
          : undefined;
    },
  };
}

function messageTo(told: string) {
  const name = /Alice|Bob|Carol|Dora/.exec(told)?.[0] ?? '';
  return {
    role: 'assistant',
    content: null,
    reasoning_content: `about ${name}${name === 'Dora' ? ' and on'.repeat(1_200) : ''}`,
    tool_calls: [{ ...chatCall, id: 'call_0' }],
  };
}

function answerTo(told: string): JsonObject {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [{ index: 0, message: messageTo(told), finish_reason: 'tool_calls' }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  };
}
