import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { everySimulatedProvider, openTestGateway, post, type TestGateway } from '../support/gateway.ts';

// A strict request is refused where the plain one would be warned of a loss, and nowhere else.

let gateway: TestGateway;
before(async () => {
  gateway = await openTestGateway({
    config: (simulator) => ({
      providers: {
        ...everySimulatedProvider(simulator),
        mistral: { baseUrl: `${simulator.url}/mistral/v1`, apiKey: 'key-mistral' },
        respo: {
          dialect: 'openai-responses',
          baseUrl: `${simulator.url}/openai/v1`,
          apiKey: 'key-respo',
        },
        chato: { dialect: 'openai-chat', baseUrl: `${simulator.url}/openai/v1`, apiKey: 'key-chato' },
      },
      models: [{ id: 'respo/gpt-5.1' }, { id: 'chato/gpt-4.1' }],
    }),
  });
});
after(() => gateway.close());

const models = [
  'openai/gpt-5.1',
  'respo/gpt-5.1',
  'chato/gpt-4.1',
  'anthropic/claude-sonnet-4-5',
  'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  'google/gemini-3.8-flash',
  'mistral/mistral-large-2512',
  'deepseek/deepseek-v4-flash',
  'ollama/qwen3:8b',
];

const chat = { max_completion_tokens: 300, messages: [{ role: 'user', content: 'Hello' }] };
const responses = { max_output_tokens: 300, input: 'Hello' };
const messages = { max_tokens: 300, messages: [{ role: 'user', content: 'Hello' }] };
const pattern = { type: 'grammar', syntax: 'regex', definition: '[a-z]+' };

const asked: readonly (readonly [path: string, body: object])[] = [
  ...[
    { metadata: { a: 'b' } },
    { safety_identifier: 'someone' },
    { service_tier: 'auto' },
    { service_tier: 'flex' },
    { verbosity: 'low' },
    { prompt_cache_key: 'one' },
    { prompt_cache_retention: '24h' },
    { cache_control: { type: 'ephemeral' } },
    { metadata: { a: 'b' }, prompt_cache_key: 'one' },
    { logit_bias: { '5': 1 } },
    { user: 'someone' },
    {
      tools: [
        {
          type: 'custom',
          custom: { name: 'find', format: { type: 'grammar', grammar: { ...pattern, type: undefined } } },
        },
      ],
    },
  ].map((fields) => ['/v1/chat/completions', { ...chat, ...fields }] as const),
  ...[
    { metadata: { a: 'b' } },
    { safety_identifier: 'someone' },
    { service_tier: 'auto' },
    { service_tier: 'flex' },
    { text: { verbosity: 'low' } },
    { prompt_cache_key: 'one' },
    { max_output_tokens: undefined },
    { max_output_tokens: undefined, reasoning: { effort: 'low' } },
    { prompt_cache_retention: '24h' },
    { top_logprobs: 2 },
    { tools: [{ type: 'custom', name: 'find', format: pattern }] },
  ].map((fields) => ['/v1/responses', { ...responses, ...fields }] as const),
  ...[
    { service_tier: 'auto' },
    { service_tier: 'standard_only' },
    { metadata: { user_id: 'someone' } },
    { cache_control: { type: 'ephemeral' } },
  ].map((fields) => ['/v1/messages', { ...messages, ...fields }] as const),
];

for (const model of models) {
  test(`a strict request to ${model} is refused exactly where the plain one has a warning`, async () => {
    for (const [path, body] of asked) {
      const plain = await post(gateway, path, { ...body, model });
      const text = `${path} ${JSON.stringify(body)}: ${await plain.text()}`;
      assert.equal(plain.status, 200, text);
      const warnings = (plain.headers.get('x-conclave-warnings') ?? '').replaceAll(
        /[^|]*(retired|no known price)[^|]*/g,
        '',
      );
      const strict = await post(gateway, path, { ...body, model }, { 'x-conclave-strict': 'true' });
      assert.equal(strict.status, warnings === '' ? 200 : 400, `${warnings} ${text} ${await strict.text()}`);
      const demanding = { ...body, model, provider: { require_parameters: true } };
      assert.equal((await post(gateway, path, demanding)).status, strict.status, text);
    }
  });
}

test('Codex, which sets no limit and names its conversation, may be strict with Claude', async () => {
  const codex = {
    input: 'Hello',
    store: false,
    prompt_cache_key: 'one',
    model: 'anthropic/claude-sonnet-4-5',
  };
  const reply = await post(gateway, '/v1/responses', codex, { 'x-conclave-strict': 'true' });
  assert.equal(reply.status, 200, await reply.text());
});

test('an open choice of a strict request falls on a model that is sent every field', async () => {
  const headers = { 'x-conclave-strict': 'true' };
  for (const policy of ['cascade', 'cost', 'latency', 'learned', 'tiered', 'weighted']) {
    const fields = { model: 'auto', metadata: { a: 'b' }, safety_identifier: 'someone' };
    const reply = await post(
      gateway,
      '/v1/chat/completions',
      { ...chat, ...fields },
      { ...headers, 'x-conclave-policy': policy },
    );
    assert.equal(reply.status, 200, await reply.text());
    const cached = await post(
      gateway,
      '/v1/responses',
      { ...responses, model: 'auto', prompt_cache_key: 'one' },
      headers,
    );
    assert.equal(cached.status, 200, await cached.text());
  }
});
