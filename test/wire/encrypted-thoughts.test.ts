import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConfigInput } from '../../src/config/schema/config-schema.ts';
import type { DialectId } from '../../src/core/wire/content.ts';
import { isJsonObject, type JsonObject } from '../../src/core/json/json.ts';
import { nextRequest } from '../support/client-turns.ts';
import { post, startTestGateway, type TestGateway, type TestGatewayOptions } from '../support/gateway.ts';
import { lastRow } from '../support/ledger-rows.ts';
import { readText, startLocalServer } from '../support/local-server.ts';
import { startKeyedProvider, type KeyedProvider } from '../providers/keyed-provider.ts';
import { openaiResponses } from '../matrix/openai-responses.ts';
import { sharedStores, withTwoGateways } from '../support/shared-stores.ts';

// Encrypted reasoning goes back only to the account that holds its key.

const call = { id: 'call_1', name: 'get_weather', args: '{"city":"Oslo"}' };

/** An answer of each dialect with reasoning, its proof, and a tool call. */
const answers: Partial<Record<DialectId, (proof: string) => JsonObject>> = {
  'openai-responses': (proof) => ({
    id: `resp_${proof}`,
    object: 'response',
    created_at: 1,
    status: 'completed',
    model: 'm',
    output: [
      { id: 'rs_1', type: 'reasoning', summary: [], encrypted_content: proof },
      { id: 'fc_1', type: 'function_call', call_id: call.id, name: call.name, arguments: call.args },
    ],
    usage: { input_tokens: 10, output_tokens: 5, total_tokens: 15 },
  }),
  'anthropic-messages': (proof) => ({
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [
      { type: 'thinking', thinking: 'Hm.', signature: proof },
      { type: 'tool_use', id: call.id, name: call.name, input: { city: 'Oslo' } },
    ],
    stop_reason: 'tool_use',
    stop_sequence: null,
    usage: { input_tokens: 10, output_tokens: 5 },
  }),
  'google-generate': (proof) => ({
    candidates: [
      {
        content: {
          role: 'model',
          parts: [{ functionCall: { name: call.name, args: { city: 'Oslo' } }, thoughtSignature: proof }],
        },
        finishReason: 'STOP',
        index: 0,
      },
    ],
    usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 },
    modelVersion: 'm',
    responseId: 'r',
  }),
  'openai-chat': (proof) => ({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: null,
          reasoning: 'Hm.',
          reasoning_details: [
            { type: 'reasoning.encrypted', data: proof, format: 'openai-responses-v1', id: 'rs_1', index: 0 },
          ],
          tool_calls: [
            { id: call.id, type: 'function', function: { name: call.name, arguments: call.args } },
          ],
        },
        finish_reason: 'tool_calls',
      },
    ],
    usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
  }),
};

/** How a client of each dialect asks at first. */
const clients = {
  'openai-chat': ['/v1/chat/completions', { messages: [{ role: 'user', content: 'Weather in Oslo?' }] }],
  'openai-responses': ['/v1/responses', { input: 'Weather in Oslo?' }],
  'anthropic-messages': [
    '/v1/messages',
    { max_tokens: 500, messages: [{ role: 'user', content: 'Weather in Oslo?' }] },
  ],
} as const satisfies Partial<Record<DialectId, readonly [path: string, body: JsonObject]>>;

type ClientId = keyof typeof clients;
const clientIds = Object.keys(clients) as ClientId[]; // they are its own

const keys = ['key-1', 'key-2', 'key-3'];
const strict = { 'x-conclave-strict': 'true' };

for (const [dialect, answer] of Object.entries(answers) as [DialectId, (proof: string) => JsonObject][]) {
  for (const client of clientIds) {
    test(`reasoning of ${dialect}, through a client of ${client}, goes back only to its origin`, async (t) => {
      const { gateway, home, other } = await start(t, dialect, answer);
      const thinkers = new Set<string>();
      for (let round = 0; round < 5; round += 1) {
        const { proof, next } = await think(gateway, home, client);
        thinkers.add(proof);
        assert.equal((await ask(gateway, client, next('home/m'))).status, 200);
        assert.equal(proofOfLast(home), proof);
        assert.ok(told(home).includes(proof), told(home));
      }
      assert.ok(thinkers.size > 1, 'the keys take turns');

      // Another provider answers without it and says so, or not at all.
      const { proof, next } = await think(gateway, home, client);
      const moved = await ask(gateway, client, next('other/m'));
      assert.equal(moved.status, 200);
      assert.ok(!told(other).includes('proof-of'), told(other));
      assert.match(moved.headers.get('x-conclave-warnings') ?? '', /easoning/);
      const refused = await ask(gateway, client, next('other/m'), strict);
      assert.equal(refused.status, 400);
      assert.match(await refused.text(), /encrypted reasoning of the conversation/);
      assert.equal(other.asked.length, 1);

      // And so does another key of the same provider, where the first one fails.
      home.behave(proof.replace('proof-of-', ''), { status: 500 });
      assert.equal((await ask(gateway, client, next('home/m'), strict)).status, 502);
      assert.equal(proofOfLast(home), proof);
      assert.equal((await ask(gateway, client, next('home/m'))).status, 200);
      assert.notEqual(proofOfLast(home), proof);
      assert.ok(!told(home).includes('proof-of'), told(home));
    });
  }
}

test('a signature from Claude is valid at every provider of Claude', async (t) => {
  const answer = answers['anthropic-messages'];
  assert.ok(answer);
  const [first, second] = [await startKeyedProvider(t), await startKeyedProvider(t)];
  first.behave('key-1', { body: answer('proof-of-claude') });
  const provider = (url: string) =>
    ({ dialect: 'anthropic-messages', baseUrl: url, apiKey: 'key-1' }) as const;
  const gateway = await startTestGateway(t, {
    config: {
      providers: { first: provider(first.url), second: provider(second.url), third: provider(second.url) },
      models: [{ id: 'first/claude-sonnet-5' }, { id: 'second/claude-sonnet-5' }, { id: 'third/m' }],
    },
  });
  const [path, question] = clients['anthropic-messages'];
  const reply = await post(gateway, path, { ...question, model: 'first/claude-sonnet-5' });
  const said = (await reply.json()) as JsonObject; // the answer above
  const next = (model: string) => nextRequest('anthropic-messages', said, model);
  assert.equal((await post(gateway, path, next('second/claude-sonnet-5'))).status, 200);
  assert.ok(told(second).includes('proof-of-claude'));
  assert.equal((await post(gateway, path, next('third/m'))).status, 200);
  assert.ok(!told(second).includes('proof-of-claude'), 'a provider of other models in that dialect');
});

for (const store of sharedStores) {
  const { name, skip } = store;
  test(`reasoning goes back to its origin from any process on ${name}`, { skip }, async (t) => {
    const client = 'anthropic-messages';
    const { home, config } = await setUp(t, client, answers[client] ?? assert.fail());
    await withTwoGateways(store, { config }, async (one, second) => {
      const thinkers = new Set<string>();
      for (let round = 0; round < 6; round += 1) {
        const { proof, next } = await think(one, home, client);
        thinkers.add(proof);
        // At once, and where it has never been seen.
        assert.equal((await ask(second, client, next('home/m'), strict)).status, 200);
        assert.equal(proofOfLast(home), proof);
        assert.equal((await ask(second, client, next('other/m'), strict)).status, 400);
      }
      assert.ok(thinkers.size > 1, 'the keys take turns');
    });
  });
}

test('if the origin of reasoning is unknown, keys are tried until one can decrypt it', async (t) => {
  const config: TestGatewayOptions['config'] = ({ url }) => ({
    providers: {
      openai: { dialect: 'openai-responses', baseUrl: `${url}/openai/v1`, apiKey: 'key-1' },
    },
    models: [{ id: 'openai/gpt-5.4-mini' }],
    deployments: ['key-2', 'key-3'].map((apiKey) => ({ model: 'openai/gpt-5.4-mini', apiKey })),
    routing: { balance: { strategy: 'round-robin', sticky: false } },
  });
  // Two processes, and one simulated OpenAI that opens a thought for its own account alone.
  const gateway = await startTestGateway(t, { config });
  const forgetful = await startTestGateway(t, {
    config: config(gateway.simulator),
  });
  const why = { kind: 'user', text: 'Why is the sky blue?' } as const;
  const model = 'openai/gpt-5.4-mini';
  for (let round = 0; round < 3; round += 1) {
    const { native } = await openaiResponses.ask(gateway, { model, stream: true, turns: [why], think: true });
    assert.match(JSON.stringify(native), /"encrypted_content":"gAAAA/);
    const turns = [why, { kind: 'answer', native } as const, { kind: 'user', text: 'And at dusk?' } as const];
    for (const where of [gateway, forgetful]) {
      assert.ok((await openaiResponses.ask(where, { model, stream: false, turns, think: true })).text);
      const row = await lastRow(where);
      if (where === gateway) assert.equal(row.attempts.length, 1);
    }
  }
});

type Answer = (proof: string) => JsonObject;
type Cleanup = Parameters<typeof startTestGateway>[0];

async function start(t: Cleanup, dialect: DialectId, answer: Answer) {
  const { home, other, config } = await setUp(t, dialect, answer);
  return { gateway: await startTestGateway(t, { config }), home, other };
}

/** Two providers, one of them with three keys, and the configuration of whoever asks them. */
async function setUp(t: Cleanup, dialect: DialectId, answer: Answer) {
  const [home, other] = [await startKeyedProvider(t), await startKeyedProvider(t)];
  for (const key of keys) home.behave(key, { body: answer(`proof-of-${key}`) });
  other.behave('key-other', { body: answer('something-else') });
  const version = dialect === 'anthropic-messages' ? '' : dialect === 'google-generate' ? '/v1beta' : '/v1';
  const config: ConfigInput = {
    providers: {
      // Providers of the chat dialect that take thoughts back say so.
      home: {
        dialect,
        baseUrl: home.url + version,
        apiKey: 'key-1',
        quirks: { reasoningField: 'reasoning' },
      },
      other: { dialect, baseUrl: other.url + version, apiKey: 'key-other' },
    },
    models: [{ id: 'home/m' }, { id: 'other/m' }],
    deployments: keys.slice(1).map((apiKey) => ({ model: 'home/m', apiKey })),
    routing: { retries: 0, balance: { strategy: 'round-robin' } },
  };
  return { home, other, config };
}

function ask(gateway: TestGateway, client: ClientId, body: JsonObject, headers = {}) {
  return post(gateway, clients[client][0], body, headers);
}

/** A first answer: the proof in it, and the request that goes on from it. */
async function think(gateway: TestGateway, home: KeyedProvider, client: ClientId) {
  const reply = await ask(gateway, client, { ...clients[client][1], model: 'home/m' });
  assert.equal(reply.status, 200);
  const said = (await reply.json()) as JsonObject; // a reply of ours
  const proof = proofOfLast(home);
  assert.ok(JSON.stringify(said).includes(proof));
  return { proof, next: (model: string) => nextRequest(client, said, model) };
}

/** What the key that was asked last proves its thoughts with. */
function proofOfLast({ asked }: KeyedProvider): string {
  return `proof-of-${asked.at(-1)?.key}`;
}

/** The last request sent to a provider. */
function told({ asked }: KeyedProvider): string {
  return JSON.stringify(asked.at(-1)?.body);
}

test('a proof that only the end of a stream has is not told to the client, but goes back with its next turn', async (t) => {
  const asked: JsonObject[] = [];
  const bare: JsonObject = { id: 'rs_1', type: 'reasoning', summary: [] };
  const made: JsonObject = {
    id: 'fc_1',
    type: 'function_call',
    call_id: call.id,
    name: call.name,
    arguments: call.args,
  };
  const usage = { input_tokens: 10, output_tokens: 5, total_tokens: 15 };
  const response = (status: string, output: readonly JsonObject[]): JsonObject => ({
    id: 'resp_1',
    object: 'response',
    created_at: 1,
    model: 'm',
    status,
    output: [...output],
    ...(status === 'completed' && { usage }),
  });
  const events: readonly JsonObject[] = [
    { type: 'response.created', response: response('in_progress', []) },
    ...[bare, made].flatMap((item, at) => [
      { type: 'response.output_item.added', output_index: at, item },
      { type: 'response.output_item.done', output_index: at, item },
    ]),
    {
      type: 'response.completed',
      response: response('completed', [{ ...bare, encrypted_content: 'gAAA' }, made]),
    },
  ];
  const url = await startLocalServer(t, async (request, reply) => {
    asked.push(JSON.parse(await readText(request)) as JsonObject); // our own gateway wrote it
    reply.writeHead(200, { 'content-type': 'text/event-stream' });
    reply.end(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''));
  });
  const gateway = await startTestGateway(t, {
    config: {
      providers: { late: { dialect: 'openai-responses', baseUrl: `${url}/v1`, apiKey: 'k' } },
      models: [{ id: 'late/m', contextWindow: 100_000 }],
    },
  });
  const question = { role: 'user', content: 'How is the weather in Oslo?' };
  const use = { type: 'tool_use', id: call.id, name: call.name, input: { city: 'Oslo' } };
  const say = async (messages: readonly JsonObject[]) => {
    const reply = await post(gateway, '/v1/messages', {
      model: 'late/m',
      max_tokens: 1_000,
      stream: true,
      messages: [...messages],
      tools: [
        { name: call.name, input_schema: { type: 'object', properties: { city: { type: 'string' } } } },
      ],
    });
    assert.equal(reply.status, 200);
    return reply.text();
  };
  const told = await say([question]);
  assert.match(told, /"tool_use"/);
  assert.doesNotMatch(told, /redacted_thinking|gAAA/);
  await say([
    question,
    { role: 'assistant', content: [use] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: 'Rain.' }] },
  ]);
  const input = asked.at(-1)?.['input'];
  assert.ok(Array.isArray(input));
  assert.deepEqual(
    input.map((item) =>
      isJsonObject(item) ? (item['encrypted_content'] ?? item['type'] ?? item['role']) : item,
    ),
    ['message', 'gAAA', 'function_call', 'function_call_output'],
  );
});
