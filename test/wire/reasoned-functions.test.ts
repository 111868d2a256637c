import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startEchoingProvider } from '../providers/echoing-provider.ts';
import { openTestGateway, post, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { ledgerRow } from '../support/ledger-rows.ts';
import { responseOf } from '../support/responses-reply.ts';
import { completion } from '../support/chat-replies.ts';
import { modelRequests } from '../support/model-requests.ts';

// From GPT-5.4 on, OpenAI accepts functions together with reasoning only over Responses. The simulator rejects the same
// requests.

/** With OpenAI at an address of one's own. */
let gateway: TestGateway;
before(async () => {
  gateway = await openTestGateway();
});
after(() => gateway.close());

const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const named = { name: 'weather', description: 'The weather in a city.', parameters };
const chatTools = [{ type: 'function', function: named }];
const messages = [{ role: 'user', content: 'What is the weather in Paris? Use the tool.' }];
const chat = { messages, tools: chatTools, tool_choice: 'required' };

type ChatMessage = { content: string | null; tool_calls?: { id: string; function: { name: string } }[] };
type ChatReply = {
  choices: [{ message: ChatMessage; finish_reason: string }];
  usage: { completion_tokens_details: { reasoning_tokens: number } };
};

/** In which dialects a call was made. */
async function asked(reply: Response): Promise<string | undefined> {
  const row = await ledgerRow(gateway, reply);
  return row.attempts.map(({ dialect }) => dialect).join();
}

for (const [model, effort] of [
  ['openai/gpt-5.4', 'medium'],
  ['openai/gpt-5.6-terra', 'medium'],
  ['openai/gpt-6-sol', undefined],
  ['gpt', undefined],
] as const) {
  test(`a chat client calls tools of ${model} with effort ${effort ?? 'unnamed'} and gives their results back`, async () => {
    const body = { ...chat, model, ...(effort && { reasoning_effort: effort }) };
    const reply = await post(gateway, '/v1/chat/completions', body);
    const answer = (await reply.json()) as ChatReply;
    assert.equal(reply.status, 200, JSON.stringify(answer));
    assert.equal(await asked(reply), 'openai-responses');
    const [{ message, finish_reason: reason }] = answer.choices;
    assert.equal(reason, 'tool_calls');
    assert.equal(message.tool_calls?.[0]?.function.name, 'weather');
    assert.ok(answer.usage.completion_tokens_details.reasoning_tokens > 0);
    const result = { role: 'tool', tool_call_id: message.tool_calls?.[0]?.id, content: '18 °C' };
    const turn = [...messages, message, result];
    const next = await post(gateway, '/v1/chat/completions', {
      ...body,
      tool_choice: 'auto',
      messages: turn,
    });
    assert.equal(next.status, 200, await next.text());
    assert.equal(await asked(next), 'openai-responses');
    const sent = modelRequests(gateway.simulator).at(-1);
    assert.ok(sent);
    const { input } = sent.body as { input: { type: string }[] }; // what the codec writes
    const kinds = input.map(({ type }) => type);
    // Its thoughts come back to it together with the call that they led to.
    assert.deepEqual(kinds.slice(-3), ['reasoning', 'function_call', 'function_call_output']);
  });
}

test('a chat client also calls tools in a stream', async () => {
  const reply = await post(gateway, '/v1/chat/completions', {
    ...chat,
    model: 'openai/gpt-6-sol',
    stream: true,
    stream_options: { include_usage: true },
  });
  const text = await reply.text();
  assert.equal(await asked(reply), 'openai-responses');
  assert.match(text, /"name":"weather"/);
  assert.match(text, /"finish_reason":"tool_calls"/);
  assert.match(text, /"reasoning_tokens":[1-9]/);
  assert.match(text, /data: \[DONE\]\n\n$/);
});

test('an Anthropic client can use thinking together with tools, too', async () => {
  const reply = await post(gateway, '/v1/messages', {
    model: 'openai/gpt-6-sol',
    max_tokens: 4_000,
    thinking: { type: 'adaptive' },
    messages,
    tools: [{ name: 'weather', input_schema: parameters }],
  });
  assert.equal(reply.status, 200, await reply.text());
  assert.equal(await asked(reply), 'openai-responses');
});

test('an Astra, which always reasons, answers a client that wants no reasoning, and one that wants the most', async () => {
  const plain = { model: 'openai/gpt-6-astra', max_tokens: 4_000, messages };
  const tools = [{ name: 'weather', input_schema: parameters }];
  const off = { thinking: { type: 'disabled' }, temperature: 1 };
  for (const body of [
    off,
    { ...off, tools },
    { thinking: { type: 'adaptive' }, output_config: { effort: 'max' } },
  ]) {
    const reply = await post(gateway, '/v1/messages', { ...plain, ...body });
    assert.equal(reply.status, 200, await reply.text());
  }
  for (const body of [
    { ...chat, reasoning_effort: 'none' },
    { messages, reasoning_effort: 'max' },
  ]) {
    const reply = await post(gateway, '/v1/chat/completions', { model: plain.model, ...body });
    assert.equal(reply.status, 200, await reply.text());
    assert.equal(await asked(reply), 'openai-responses');
  }
});

test('without functions, or without reasoning, a chat client is relayed as before', async () => {
  for (const body of [
    { messages },
    { ...chat, reasoning_effort: 'none' },
    { ...chat, model: 'openai/gpt-5.4' },
  ]) {
    const reply = await post(gateway, '/v1/chat/completions', { model: 'openai/gpt-6-sol', ...body });
    assert.equal(reply.status, 200, await reply.text());
    assert.equal(await asked(reply), 'openai-chat');
  }
});

test('an open choice that selects OpenAI supports tools', async () => {
  for (const model of ['auto', 'auto:frontier', 'auto:economy']) {
    const body = { ...chat, model, provider: { only: ['openai'] } };
    const reply = await post(gateway, '/v1/chat/completions', body);
    assert.equal(reply.status, 200, await reply.text());
    assert.match(reply.headers.get('x-conclave-model') ?? '', /^openai\//);
  }
});

test('if the configuration says there is only chat, a request that names the model gets its refusal', async (t) => {
  const gateway = await startTestGateway(t, {
    config: ({ url }) => ({
      providers: { openai: { baseUrl: `${url}/openai/v1`, apiKey: 'k', dialect: 'openai-chat' } },
    }),
  });
  const reply = await post(gateway, '/v1/chat/completions', { ...chat, model: 'openai/gpt-6-sol' });
  const { error } = (await reply.json()) as { error: { param: string } };
  assert.deepEqual([reply.status, error.param], [400, 'reasoning_effort']);
});

test('a server without Responses is called over chat at once, and this is remembered', async (t) => {
  const proxy = await startEchoingProvider(t, ({ path }) =>
    path.endsWith('/responses') ? { status: 404, body: { detail: 'Not Found' } } : { body: completion() },
  );
  const gateway = await startTestGateway(t, {
    config: { providers: { openai: { baseUrl: `${proxy.url}/v1`, apiKey: 'k' } } },
  });
  const attempts: (string | null)[] = [];
  for (let call = 0; call < 2; call += 1) {
    const reply = await post(gateway, '/v1/chat/completions', { ...chat, model: 'openai/gpt-6-sol' });
    assert.equal(reply.status, 200, await reply.text());
    attempts.push(reply.headers.get('x-conclave-attempts'));
  }
  assert.deepEqual(attempts, ['2', '1']);
  assert.deepEqual(
    proxy.received.map(({ path }) => path),
    ['/v1/responses', '/v1/chat/completions', '/v1/chat/completions'],
  );
});

test('a deployment with a name that hides its model is called over Responses after it refuses', async (t) => {
  const message = "Function tools with reasoning_effort are not supported. Use /v1/responses or 'none'.";
  const error = { message, type: 'invalid_request_error', param: 'reasoning_effort', code: null };
  const azure = await startEchoingProvider(t, ({ path }) =>
    path.endsWith('/responses') ? { body: responseOf('Hello') } : { status: 400, body: { error } },
  );
  const gateway = await startTestGateway(t, {
    config: { providers: { azure: { baseUrl: `${azure.url}/openai/v1`, apiKey: 'k' } } },
  });
  const reply = await post(gateway, '/v1/chat/completions', {
    ...chat,
    model: 'azure/our-newest',
    reasoning_effort: 'high',
  });
  const text = await reply.text();
  assert.equal(reply.status, 200, text);
  assert.match(text, /"content":"Hello"/);
  assert.deepEqual(
    azure.received.map(({ path }) => path),
    ['/openai/v1/chat/completions', '/openai/v1/responses'],
  );
});
