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

const signatures: Readonly<Record<string, string | undefined>> = {
  'deepseek-v4-pro': '',
  'kimi-k3': undefined,
  'claude-sonnet-4-5': 'EqQBCkYIBxgC==',
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
  const thoughts = listOf(turnIn(body)['content']).filter(
    (block) => isJsonObject(block) && block['type'] === 'thinking',
  );
  if (refusesThoughts) return thoughts.length > 0 ? 'no thoughts here' : undefined;
  const isCalled = listOf(body['messages']).length > 1 && body['thinking'] !== undefined;
  if (isCalled && thoughts.length === 0) return 'The content[].thinking must be passed back.';
  const isClaude = String(body['model']).startsWith('claude');
  const isSigned = thoughts.every((block) => isJsonObject(block) && Boolean(block['signature']));
  return isClaude && !isSigned ? 'thinking.signature: Field required' : undefined;
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
