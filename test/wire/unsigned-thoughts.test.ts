import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/core/json/json.ts';
import { post, startTestGateway, type Cleanup, type TestGateway } from '../support/gateway.ts';
import { readText, startLocalServer } from '../support/local-server.ts';

// Servers of other models in Anthropic's format (DeepSeek, Moonshot) do not sign their thoughts, and reject the result of
// a tool call that comes back without them. The same server may sell a Claude, which rejects all thoughts but its own.

const question = 'How is the weather in Bergen?';
const thought = 'It rains there.';
const schema = { type: 'object', properties: {} };
const functionTool = { type: 'function', function: { name: 'weather', parameters: schema } };
const call = { id: 'call_0', type: 'function', function: { name: 'weather', arguments: '{}' } };

type Client = {
  readonly path: string;
  readonly first: JsonObject;
  /** The conversation that ends with the result of the call; `said` is the whole answer that called. */
  readonly next: (said: JsonObject) => JsonObject;
};

const responses: Omit<Client, 'next'> = {
  path: '/v1/responses',
  first: {
    input: [{ role: 'user', content: question }],
    tools: [{ type: 'function', name: 'weather', parameters: schema }],
    reasoning: { effort: 'high' },
  },
};

const chat: Omit<Client, 'next'> = {
  path: '/v1/chat/completions',
  first: {
    messages: [{ role: 'user', content: question }],
    tools: [functionTool],
    reasoning_effort: 'high',
  },
};

const chatTurn = (said: JsonValue) => ({
  ...chat.first,
  messages: [
    { role: 'user', content: question },
    said,
    { role: 'tool', tool_call_id: 'call_0', content: 'rain' },
  ],
});

const responsesTurn = (items: readonly JsonValue[]) => ({
  ...responses.first,
  input: [
    { role: 'user', content: question },
    ...items,
    { type: 'function_call_output', call_id: 'call_0', output: 'rain' },
  ],
});

const clients: Readonly<Record<string, Client>> = {
  'a Chat Completions client': {
    ...chat,
    next: ({ choices }) => chatTurn(objectAt(choices, 0)['message'] ?? null),
  },
  'a Chat Completions client that drops thoughts': {
    ...chat,
    next: () => chatTurn({ role: 'assistant', content: null, tool_calls: [call] }),
  },
  'a Responses client': { ...responses, next: ({ output }) => responsesTurn(listOf(output)) },
  'a Responses client that drops thoughts': {
    ...responses,
    next: ({ output }) =>
      responsesTurn(listOf(output).filter((item) => isJsonObject(item) && item['type'] !== 'reasoning')),
  },
};

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

function objectAt(value: JsonValue | undefined, at: number): JsonObject {
  const found = listOf(value)[at];
  return isJsonObject(found) ? found : {};
}

const claudesProof = 'EqQBCkYIBxgC==';

const signatures: Readonly<Record<string, string | undefined>> = {
  'deepseek-v4-pro': '',
  'kimi-k3': undefined,
  'claude-sonnet-4-5': claudesProof,
  // A gateway's own name for a Claude.
  house: claudesProof,
};

/** A server that thinks before it calls a tool, and wants to see the thoughts again. */
async function open(t: Cleanup) {
  const asked: JsonObject[] = [];
  const state = { refuses: false };
  const url = await startLocalServer(t, async (request, response) => {
    const body = JSON.parse(await readText(request)) as JsonObject; // our own gateway wrote it
    asked.push(body);
    const why = whyRefused(body, state.refuses);
    response.writeHead(why === undefined ? 200 : 400, { 'content-type': 'application/json' });
    response.end(JSON.stringify(why === undefined ? answerOf(String(body['model'])) : refusal(why)));
  });
  const gateway = await startTestGateway(t, {
    config: {
      providers: { lab: { dialect: 'anthropic-messages', baseUrl: url, apiKey: 'k' } },
      routing: { retries: 0 },
    },
  });
  return { gateway, asked, state };
}

function whyRefused(body: JsonObject, refusesThoughts: boolean): string | undefined {
  const blocks = listOf(body['messages']).flatMap((message) => listOf(objectOf(message)['content']));
  const thoughts = blocks.filter((block) => objectOf(block)['type'] === 'thinking');
  if (refusesThoughts) return thoughts.length > 0 ? 'no thoughts here' : undefined;
  const isCalled = objectOf(blocks.at(-1))['type'] === 'tool_result' && body['thinking'] !== undefined;
  if (isCalled && thoughts.length === 0) return 'The content[].thinking must be passed back.';
  const isClaude = signatures[String(body['model'])] === claudesProof;
  const isSigned = thoughts.every((block) => objectOf(block)['signature'] === claudesProof);
  return isClaude && !isSigned ? 'messages.1.content.0: Invalid `signature` in `thinking` block' : undefined;
}

function refusal(message: string) {
  return { type: 'error', error: { type: 'invalid_request_error', message } };
}

function answerOf(model: string) {
  const signature = signatures[model];
  return {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model,
    content: [
      { type: 'thinking', thinking: thought, ...(signature !== undefined && { signature }) },
      { type: 'tool_use', id: 'call_0', name: 'weather', input: {} },
    ],
    stop_reason: 'tool_use',
    usage: { input_tokens: 10, output_tokens: 5 },
  };
}

/** The assistant's turn in a request. */
function turnIn(body: JsonObject): JsonObject {
  return objectAt(body['messages'], 1);
}

async function ask(gateway: TestGateway, { path }: Pick<Client, 'path'>, body: JsonObject) {
  const reply = await post(gateway, path, body);
  const text = await reply.text();
  assert.equal(reply.status, 200, text);
  return {
    said: JSON.parse(text) as JsonObject, // a reply of ours
    warnings: reply.headers.get('x-conclave-warnings') ?? '',
    attempts: reply.headers.get('x-conclave-attempts'),
  };
}

const use = { type: 'tool_use', id: 'call_0', name: 'weather', input: {} };
const unsigned = { type: 'thinking', thinking: thought, signature: '' };

for (const [name, client] of Object.entries(clients)) {
  for (const model of ['deepseek-v4-pro', 'kimi-k3']) {
    test(`${name} continues a tool loop of ${model} with its thoughts, and with thinking`, async (t) => {
      const { gateway, asked } = await open(t);
      const { said } = await ask(gateway, client, { model: `lab/${model}`, ...client.first });
      const { warnings, attempts } = await ask(gateway, client, {
        model: `lab/${model}`,
        ...client.next(said),
      });
      const sent = asked.at(-1) ?? {};
      assert.deepEqual(turnIn(sent)['content'], [unsigned, use]);
      assert.equal(objectOf(sent['thinking'])['type'], 'enabled');
      assert.doesNotMatch(warnings, /[Tt]hinking|[Rr]easoning/);
      assert.equal(attempts, '1');
    });
  }
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

test('a conversation moves between such a model and a Claude of the same seller', async (t) => {
  const { gateway, asked } = await open(t);
  const { next, ...client } = clients['a Chat Completions client'] ?? assert.fail();
  const { said: unsignedAnswer } = await ask(gateway, client, { model: 'lab/kimi-k3', ...client.first });
  const toClaude = await ask(gateway, client, {
    model: 'lab/claude-sonnet-4-5',
    ...next(unsignedAnswer),
  });
  assert.deepEqual(turnIn(asked.at(-1) ?? {})['content'], [use]);
  assert.match(toClaude.warnings, /Reasoning of another model was left out/);
  assert.match(toClaude.warnings, /Thinking was left out/);

  const { said: signedAnswer } = await ask(gateway, client, {
    model: 'lab/claude-sonnet-4-5',
    ...client.first,
  });
  const { warnings } = await ask(gateway, client, { model: 'lab/kimi-k3', ...next(signedAnswer) });
  const [first] = listOf(turnIn(asked.at(-1) ?? {})['content']);
  assert.equal(objectOf(first)['thinking'], thought);
  assert.doesNotMatch(warnings, /[Tt]hinking|[Rr]easoning/);
});

test('a tool loop that such a model did not begin goes on without thinking', async (t) => {
  const { gateway, asked } = await open(t);
  const { next, ...client } = clients['a Chat Completions client that drops thoughts'] ?? assert.fail();
  const { warnings } = await ask(gateway, client, { model: 'lab/deepseek-v4-pro', ...next({}) });
  assert.equal(asked.at(-1)?.['thinking'], undefined);
  assert.match(warnings, /Thinking was left out: the tool calls being answered were made without it/);
});

test('a server that rejects its own unsigned thoughts is sent none that the client dropped again', async (t) => {
  const { gateway, asked, state } = await open(t);
  const { next, ...client } = clients['a Chat Completions client that drops thoughts'] ?? assert.fail();
  const say = (body: JsonObject) => ask(gateway, client, { model: 'lab/kimi-k3', ...body });
  await say(client.first);
  state.refuses = true;
  await say(next({}));
  assert.equal(asked.length, 3, 'retried without them');
  await say(client.first);
  await say(next({}));
  assert.equal(asked.length, 5, 'without another retry');
});

/** A conversation in which another model thought, and what the client says next. */
const elsewhere = [
  { role: 'user', content: 'Which city is rainy?' },
  { role: 'assistant', reasoning_content: 'A coast, and mountains.', content: 'Bergen.' },
  { role: 'user', content: question },
];
const withoutThoughts = ['user', 'Bergen.'];

/** What the first message is of, and the content of the second. */
const begun = (body: JsonObject | undefined) => {
  const { messages } = body ?? {};
  return [objectAt(messages, 0)['role'], objectAt(messages, 1)['content']];
};

test('a Claude behind a name that does not show it gets unsigned thoughts once, and none afterwards', async (t) => {
  const { gateway, asked } = await open(t);
  const say = (body: JsonObject) => ask(gateway, chat, { ...chat.first, ...body, model: 'lab/house' });
  const first = await say({ messages: elsewhere });
  assert.equal(first.attempts, '2');
  assert.deepEqual(begun(asked[1]), withoutThoughts);
  assert.match(first.warnings, /lab refuses thinking that is not signed.*models\[\]\.like/);
  const second = await say({ messages: elsewhere });
  assert.equal(second.attempts, '1');
  assert.deepEqual(begun(asked[2]), withoutThoughts);
  assert.equal(asked.length, 3);
});

test('what such a Claude signed itself goes back with its next request, and it goes on thinking', async (t) => {
  const { gateway, asked } = await open(t);
  const say = (body: JsonObject) => ask(gateway, chat, { ...chat.first, ...body, model: 'lab/house' });
  const called = { role: 'assistant', content: null, tool_calls: [call] };
  const result = { role: 'tool', tool_call_id: 'call_0', content: 'rain' };
  await say({ messages: elsewhere });
  await say({ messages: [...elsewhere, called, result] });
  const sent = asked.at(-1);
  assert.deepEqual(begun(sent), withoutThoughts);
  assert.deepEqual(objectAt(sent?.['messages'], 3)['content'], [
    { type: 'thinking', thinking: thought, signature: claudesProof },
    use,
  ]);
  assert.equal(objectOf(sent?.['thinking'])['type'], 'enabled');
});

test('a request that is refused for another reason is not asked again without unsigned thoughts', async (t) => {
  const { gateway, asked, state } = await open(t);
  state.refuses = true;
  const reply = await post(gateway, chat.path, { ...chat.first, messages: elsewhere, model: 'lab/kimi-k3' });
  assert.equal(reply.status, 400);
  assert.match(await reply.text(), /no thoughts here/);
  assert.equal(asked.length, 1);
});

test('a relayed request is asked again without unsigned thoughts, too', async (t) => {
  const said = { type: 'text', text: 'Bergen.' };
  const { gateway, asked } = await open(t);
  const reply = await ask(
    gateway,
    { path: '/v1/messages' },
    {
      model: 'lab/house',
      max_tokens: 100,
      messages: [
        { role: 'user', content: 'Which city is rainy?' },
        { role: 'assistant', content: [unsigned, said] },
        { role: 'user', content: question },
      ],
    },
  );
  assert.equal(reply.attempts, '2');
  assert.deepEqual(begun(asked[0]), ['user', [unsigned, said]]);
  assert.deepEqual(begun(asked[1]), ['user', [said]]);
});
