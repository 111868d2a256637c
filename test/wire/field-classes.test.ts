import assert from 'node:assert/strict';
import { test } from 'node:test';
import { everySeller, post, simulatedProviders, startTestGateway } from '../support/gateway.ts';
import { lastRow } from '../support/ledger-rows.ts';
import { responseOf } from '../support/responses-reply.ts';
import { startKeyedProvider } from '../providers/keyed-provider.ts';
import { modelRequests } from '../support/model-requests.ts';

const messages = [{ role: 'user', content: 'Hello' }];

test('a stored answer is fetched with the key under which it is stored, however keys are balanced', async (t) => {
  const lab = await startKeyedProvider(t);
  const gateway = await startTestGateway(t, {
    config: {
      providers: { lab: { dialect: 'openai-responses', baseUrl: `${lab.url}/v1`, apiKey: 'key-1' } },
      models: [{ id: 'lab/m' }],
      deployments: ['key-2', 'key-3', 'key-4'].map((apiKey) => ({ model: 'lab/m', apiKey })),
      routing: { balance: { strategy: 'round-robin' } },
    },
  });
  for (const key of ['key-1', 'key-2', 'key-3', 'key-4'])
    lab.behave(key, { body: responseOf('Hello.', { id: `resp_of_${key}` }) });
  for (let i = 0; i < 4; i += 1) await post(gateway, '/v1/responses', { model: 'lab/m', input: 'Hello' });
  assert.equal(new Set(lab.keys()).size, 4);
  for (const key of ['key-3', 'key-1', 'key-4', 'key-3']) {
    const ask = { model: 'lab/m', input: 'And now?', previous_response_id: `resp_of_${key}` };
    assert.equal((await post(gateway, '/v1/responses', ask)).status, 200);
    assert.equal(lab.keys().at(-1), key);
  }
  // Nobody remembers this one: the keys are asked until one knows it.
  const unknown = {
    message: "Previous response with id 'resp_1' not found.",
    type: 'invalid_request_error',
    param: 'previous_response_id',
    code: 'previous_response_not_found',
  };
  for (const key of ['key-1', 'key-2', 'key-3']) lab.behave(key, { status: 400, body: { error: unknown } });
  const ask = { model: 'lab/m', input: 'And now?', previous_response_id: 'resp_of_another_process' };
  for (let i = 0; i < 4; i += 1) {
    assert.equal((await post(gateway, '/v1/responses', ask)).status, 200);
    assert.equal(lab.keys().at(-1), 'key-4');
  }
});

test('a request for content stored at one provider does not fall back to another of its dialect', async (t) => {
  const [home, other] = [await startKeyedProvider(t), await startKeyedProvider(t)];
  const gateway = await startTestGateway(t, {
    config: {
      providers: {
        home: { dialect: 'openai-chat', baseUrl: `${home.url}/v1`, apiKey: 'key-home' },
        other: { dialect: 'openai-chat', baseUrl: `${other.url}/v1`, apiKey: 'key-other' },
      },
      models: [{ id: 'home/m' }, { id: 'other/m' }],
      routing: { retries: 0, fallbacks: { 'home/*': ['other/m'] } },
    },
  });
  home.behave('key-home', { status: 500 });
  const ask = { model: 'home/m', max_tokens: 50, messages };
  assert.equal((await post(gateway, '/v1/chat/completions', ask)).status, 200);
  assert.deepEqual(other.keys(), ['key-other']);
  const file = [{ role: 'user', content: [{ type: 'file', file: { file_id: 'file-1' } }] }];
  const pinned = await post(gateway, '/v1/chat/completions', { ...ask, messages: file });
  assert.equal(pinned.status, 502);
  assert.deepEqual(other.keys(), ['key-other'], 'the file is nowhere else');
  const row = await lastRow(gateway);
  assert.match(JSON.stringify(row.decision?.ruledOut), /only home can resolve a file id/);
});

test('beta headers go to providers that accept them; others get a warning, or a refusal for a strict request', async (t) => {
  const lab = await startKeyedProvider(t);
  const gateway = await startTestGateway(t, {
    config: (simulator) => ({
      providers: {
        ...simulatedProviders(simulator),
        claude: {
          dialect: 'anthropic-messages',
          baseUrl: lab.url,
          apiKey: 'key-claude',
          quirks: { betas: ['interleaved-*'] },
        },
      },
      models: [{ id: 'claude/m' }],
    }),
  });
  const beta = { 'anthropic-beta': 'interleaved-thinking-2025-05-14,context-1m-2025-08-07' };
  const ask = (model: string) => ({ model, max_tokens: 50, messages });
  const reply = await post(gateway, '/v1/messages', ask('claude/m'), beta);
  assert.equal(reply.status, 200);
  assert.equal(lab.asked[0]?.headers['anthropic-beta'], 'interleaved-thinking-2025-05-14');
  assert.match(reply.headers.get('x-conclave-warnings') ?? '', /context-1m-2025-08-07" was left out: claude/);
  const translated = await post(gateway, '/v1/messages', ask('openai/gpt-4o-mini'), beta);
  assert.equal(translated.status, 200);
  assert.match(
    translated.headers.get('x-conclave-warnings') ?? '',
    /anthropic-beta: .* was left out: openai/,
  );
  const strict = await post(gateway, '/v1/messages', ask('claude/m'), {
    ...beta,
    'x-conclave-strict': 'true',
  });
  assert.equal(strict.status, 400);
  const relayed = await post(gateway, '/v1/messages', ask('sonnet'), beta);
  assert.equal(relayed.headers.get('x-conclave-warnings'), null);
});

test('a request for zero answers, and a provider without a model, are refused by Conclave', async (t) => {
  const gateway = await startTestGateway(t);
  const before = modelRequests(gateway.simulator).length;
  const none = await post(gateway, '/v1/chat/completions', { model: 'gpt-4o-mini', n: 0, messages });
  assert.equal(none.status, 400);
  assert.match(await none.text(), /n must be a whole number of at least 1, not 0/);
  for (const model of ['openai/', 'nobody/', '/']) {
    const nameless = await post(gateway, '/v1/chat/completions', { model, messages });
    assert.equal(nameless.status, 404, model);
    assert.match(await nameless.text(), /names a provider and no model; write/);
  }
  assert.equal(modelRequests(gateway.simulator).length, before);
});

test('a request that requires a field is not sent without it to a provider that rejects it, but to the next model', async (t) => {
  const gateway = await startTestGateway(t, { config: everySeller });
  const asked = (...models: string[]) =>
    post(gateway, '/v1/chat/completions', {
      model: models[0] ?? '',
      models,
      messages,
      web_search_options: {},
    });
  const alone = await asked('mistral/mistral-large-2512');
  assert.equal(alone.status, 400);
  assert.match(await alone.text(), /does not support \\"web_search_options\\"/);
  const next = await asked('mistral/mistral-large-2512', 'openai/gpt-4.1');
  assert.equal(next.status, 200, await next.text());
  assert.equal(next.headers.get('x-conclave-model'), 'openai/gpt-4.1');
  const hint = { model: 'mistral/mistral-large-2512', messages, verbosity: 'low' };
  const plain = await post(gateway, '/v1/chat/completions', hint);
  assert.equal(plain.status, 200, await plain.text());
  assert.match(plain.headers.get('x-conclave-warnings') ?? '', /"verbosity" was left out/);
});
