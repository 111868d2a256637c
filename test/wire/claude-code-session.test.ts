import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  everySimulatedProvider,
  post,
  simulatedProviders,
  startTestGateway,
  type TestGateway,
} from '../support/gateway.ts';
import { startKeyedProvider } from '../providers/keyed-provider.ts';

// Claude Code names its session with every call, and begins each prompt with a line for Anthropic that is different in every call.

const rules = 'You are a coding agent. '.repeat(1_500);
const line = (call: number) =>
  `x-anthropic-billing-header: cc_version=2.1.268.${call}; cc_entrypoint=cli; cch=${call}0f${call};`;

const turn = (model: string, call: number, said: object[] = []) => ({
  model,
  max_tokens: 16,
  system: [
    { type: 'text', text: line(call) },
    { type: 'text', text: rules, cache_control: { type: 'ephemeral' } },
  ],
  messages: [{ role: 'user', content: 'Look at a.ts.' }, ...said],
});

/** The last call; Ollama is also asked what its models can do. */
const told = ({ simulator }: TestGateway) => {
  const bodies = simulator.requests().map(({ body }) => JSON.stringify(body));
  return bodies.findLast((body) => /"(?:messages|contents|input)":/.test(body)) ?? '';
};

const answered = (count: number) =>
  Array.from({ length: count }, () => [
    { role: 'assistant', content: 'Done.' },
    { role: 'user', content: 'Go on.' },
  ]).flat();

test('the billing line reaches Anthropic unchanged, and no other provider', async (t) => {
  const gateway = await startTestGateway(t, {
    config: (simulator) => ({
      providers: {
        ...everySimulatedProvider(simulator),
        other: { dialect: 'anthropic-messages', baseUrl: `${simulator.url}/anthropic`, apiKey: 'k' },
      },
    }),
  });
  for (const model of [
    'openai/gpt-5.4-mini',
    'deepseek/deepseek-chat',
    'google/gemini-2.5-flash',
    'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    'ollama/qwen3:8b',
    'other/claude-sonnet-4-5',
  ]) {
    const reply = await post(gateway, '/v1/messages', turn(model, 1));
    assert.equal(reply.status, 200, `${model}: ${await reply.text()}`);
    assert.doesNotMatch(told(gateway), /billing-header/, model);
    assert.match(told(gateway), /You are a coding agent/, model);
    const asText = { ...turn(model, 1), system: `${line(1)}\n\nBe brief.` };
    await (await post(gateway, '/v1/messages', asText)).text();
    assert.doesNotMatch(told(gateway), /billing-header/, model);
    assert.match(told(gateway), /"Be brief\."/, model);
  }
  await (await post(gateway, '/v1/messages', turn('anthropic/claude-sonnet-4-5', 1))).text();
  assert.match(
    told(gateway),
    /"text":"x-anthropic-billing-header: cc_version=2\.1\.268\.1; cc_entrypoint=cli;/,
  );
});

test('a conversation stays with one key, although the line differs in every call', async (t) => {
  const model = 'anthropic/claude-sonnet-4-5';
  const provider = await startKeyedProvider(t);
  const gateway = await startTestGateway(t, {
    config: {
      providers: { anthropic: { baseUrl: provider.url, apiKey: 'key-one' } },
      deployments: ['two', 'three'].map((name) => ({ model, apiKey: `key-${name}` })),
      routing: { balance: { strategy: 'round-robin', sticky: true } },
    },
  });
  const keysOf = async (body: (call: number) => object) => {
    const before = provider.keys().length;
    for (let call = 0; call < 8; call += 1) await (await post(gateway, '/v1/messages', body(call))).text();
    return new Set(provider.keys().slice(before));
  };
  const byOpening = await keysOf((call) => turn(model, call, answered(call)));
  assert.equal(byOpening.size, 1);

  // After Claude Code has compacted the conversation it begins with other words, and is still the same session.
  const compacted = (call: number, user_id: string) => ({
    ...turn(model, call),
    messages: [{ role: 'user', content: `The story so far, told for time ${call}.` }],
    metadata: { user_id },
  });
  const session_id = '00000000-0000-4000-8000-000000000001';
  for (const userId of [
    JSON.stringify({ device_id: '0'.repeat(64), session_id }),
    `user_${'0'.repeat(64)}_account__session_${session_id}`,
  ]) {
    assert.equal((await keysOf((call) => compacted(call, userId))).size, 1, userId);
  }
  assert.ok((await keysOf((call) => compacted(call, 'somebody'))).size > 1);
});

test('a conversation stays with its model, although the line differs in every call', async (t) => {
  const gateway = await startTestGateway(t, {
    config: (simulator) => ({
      providers: simulatedProviders(simulator),
      routing: { rules: [{ when: { tag: 'start' }, use: 'openai/gpt-5.4-mini' }] },
    }),
  });
  const modelOf = async (body: object, headers = {}) => {
    const reply = await post(gateway, '/v1/messages', body, headers);
    await reply.text();
    return reply.headers.get('x-conclave-model');
  };
  const first = await modelOf(turn('auto', 1), { 'x-conclave-tags': 'start' });
  assert.equal(first, 'openai/gpt-5.4-mini');
  assert.equal(await modelOf(turn('auto:economy', 2, answered(1))), first);
  assert.equal(await modelOf(turn('auto:economy', 3, answered(2))), first);
});

test('the session becomes OpenAI’s prompt cache key, and is sent to no other provider', async (t) => {
  const gateway = await startTestGateway(t, {
    config: (simulator) => ({
      providers: {
        ...everySimulatedProvider(simulator),
        azure: { baseUrl: `${simulator.url}/openai/v1`, apiKey: 'k', dialect: 'openai-chat' },
      },
    }),
  });
  const session_id = '00000000-0000-4000-8000-000000000001';
  const metadata = { user_id: JSON.stringify({ device_id: '0'.repeat(64), session_id }) };
  for (const [model, key] of [
    ['openai/gpt-5.4-mini', session_id],
    ['azure/gpt-5.4-mini', session_id],
    ['deepseek/deepseek-chat', undefined],
    ['ollama/qwen3:8b', undefined],
  ] as const) {
    const reply = await post(gateway, '/v1/messages', { ...turn(model, 1), metadata });
    assert.equal(reply.status, 200, `${model}: ${await reply.text()}`);
    const body = JSON.parse(told(gateway)) as { prompt_cache_key?: string }; // as the simulator was asked
    assert.equal(body.prompt_cache_key, key, model);
  }
});
