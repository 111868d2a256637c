import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startEchoingProvider, type Said } from '../providers/echoing-provider.ts';
import { post, startTestGateway, type Cleanup } from '../support/gateway.ts';
import { lastRow } from '../support/ledger-rows.ts';

// Anthropic lets a request name models that answer where the first declines (`fallbacks`), and one that advises.

const pass = (type: string, model: string, input_tokens: number, output_tokens: number) => ({
  type,
  model,
  input_tokens,
  output_tokens,
  cache_read_input_tokens: 0,
  cache_creation_input_tokens: 0,
});

const message = (model: string, usage: object) => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model,
  content: [{ type: 'text', text: 'Hello' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage,
});

const totals = { input_tokens: 200, output_tokens: 10 };
const passedOn = {
  ...totals,
  iterations: [pass('message', 'cheap', 100, 4), pass('fallback_message', 'dear-20260901', 200, 10)],
};

async function startHouse(t: Cleanup, says: Said['body'] = message('cheap', totals)) {
  const provider = await startEchoingProvider(t, () => ({ body: says }));
  const gateway = await startTestGateway(t, {
    config: {
      providers: { anthropic: { baseUrl: provider.url, apiKey: 'k' } },
      routing: { retries: 0 },
      // USD per million tokens.
      models: [
        { id: 'anthropic/cheap', price: { input: 1, output: 5 } },
        { id: 'anthropic/dear', tier: 'frontier', price: { input: 10, output: 50 } },
      ],
    },
  });
  const ask = (more: object, key = gateway.key) =>
    post({ ...gateway, key }, '/v1/messages', {
      model: 'anthropic/cheap',
      max_tokens: 100,
      messages: [{ role: 'user', content: 'Hello' }],
      ...more,
    });
  return { provider, gateway, ask };
}

const fallbacks = [{ model: 'dear' }];
const adviser = [{ type: 'advisor_20260301', name: 'advisor', model: 'dear' }];

test('a key restricted to some models may not name others as the provider’s fallbacks', async (t) => {
  const { provider, gateway, ask } = await startHouse(t);
  const { key } = await gateway.app.keys.issue({
    name: 'team',
    models: ['anthropic/cheap'],
    budgets: [],
  });
  for (const [more, named] of [
    [{ fallbacks }, /the key "team" may not use anthropic\/dear, which "fallbacks" names/],
    [{ tools: adviser }, /may not use anthropic\/dear, which "tools" names/],
    [{ fallbacks: [{ model: 'cheap', fallbacks: ['dear'] }] }, /"fallbacks" lets its provider choose/],
    [{ fallbacks: 'default' }, /"fallbacks" lets its provider choose among models that the key/],
  ] as const) {
    const reply = await ask(more, key);
    const text = await reply.text();
    assert.equal(reply.status, 403, text);
    assert.match(text.replaceAll('\\', ''), named);
  }
  assert.equal(provider.received.length, 0);
  assert.equal((await ask({ fallbacks: [{ model: 'cheap' }] }, key)).status, 200);

  const { key: wider } = await gateway.app.keys.issue({
    name: 'wide',
    models: ['anthropic/*'],
    budgets: [],
  });
  assert.equal((await ask({ fallbacks }, wider)).status, 200);
  assert.equal((await ask({ fallbacks: 'default' }, wider)).status, 200);
});

test('an answer by a provider-side fallback is booked under that model, each pass at its model’s rates', async (t) => {
  const { gateway, ask } = await startHouse(t, message('dear-20260901', passedOn));
  const reply = await ask({ fallbacks });
  assert.equal(reply.status, 200);
  assert.equal(reply.headers.get('x-conclave-model'), 'anthropic/dear');
  // 200 at $10 and 10 at $50, and what the first wrote before it declined: 100 at $1 and 4 at $5.
  assert.equal(reply.headers.get('x-conclave-cost-usd'), '0.00262');
  const row = await lastRow(gateway);
  assert.deepEqual([row.model, row.tier, row.cost], ['anthropic/dear', 'frontier', 2_620_000n]);
  assert.deepEqual([row.usage.input, row.usage.output], [300, 14]);
});

test('a model that declined before it wrote anything is not billed', async (t) => {
  const iterations = [pass('message', 'cheap', 100, 0), pass('fallback_message', 'dear', 200, 10)];
  const { gateway, ask } = await startHouse(t, message('dear', { ...totals, iterations }));
  await ask({ fallbacks });
  const row = await lastRow(gateway);
  assert.equal(row.cost, 2_500_000n);
});

test('the reply’s own model counts where no pass is told apart, and one of unknown price has no cost', async (t) => {
  for (const [model, cost] of [
    ['dear', 2_500_000n],
    ['cheap-20251001', 250_000n],
    ['stranger', undefined],
  ] as const) {
    const { gateway, ask } = await startHouse(t, message(model, totals));
    await ask({ fallbacks });
    const row = await lastRow(gateway);
    assert.equal(row.cost, cost, model);
  }
});

test('a budget reserves what the named fallback models may cost, and refuses one of unknown price', async (t) => {
  const { provider, gateway, ask } = await startHouse(t);
  // 100 tokens of answer: $0.0005 of the one, $0.005 of the other.
  const budgets = [{ window: 'day', limitUsd: 0.004, unknownPrices: 'refuse' }] as const;
  const { key } = await gateway.app.keys.issue({ name: 'team', budgets });
  assert.equal((await ask({}, key)).status, 200);
  for (const more of [
    { fallbacks },
    { tools: adviser },
    { fallbacks: 'default' },
    { fallbacks: [{ model: 'stranger' }] },
  ]) {
    const reply = await ask(more, key);
    assert.equal(reply.status, 429, JSON.stringify(more));
  }
  assert.equal(provider.received.length, 1);
});

test('a budget reserves for the longest answer that a fallback is allowed, also where it is the same model again', async (t) => {
  const { provider, gateway, ask } = await startHouse(t);
  const budgets = [{ window: 'day', limitUsd: 0.02, unknownPrices: 'refuse' }] as const;
  const { key } = await gateway.app.keys.issue({ name: 'team', budgets });
  for (const [fallback, status] of [
    [{ model: 'dear' }, 200],
    [{ model: 'dear', max_tokens: 50 }, 200],
    // $0.05 of answer.
    [{ model: 'dear', max_tokens: 1_000 }, 429],
    [{ model: 'cheap', max_tokens: 10_000 }, 429],
    [{ model: 'cheap', max_tokens: 1_000 }, 200],
  ] as const) {
    const reply = await ask({ fallbacks: [fallback] }, key);
    assert.equal(reply.status, status, `${JSON.stringify(fallback)}: ${await reply.text()}`);
  }
  assert.equal(provider.received.length, 3);
});

test('calls may set output limits of any size', async (t) => {
  const { provider, gateway, ask } = await startHouse(t);
  const { key } = await gateway.app.keys.issue({ name: 'team', budgets: [] });
  const max_tokens = Number.MAX_SAFE_INTEGER;
  for (const more of [{ max_tokens }, { fallbacks: [{ model: 'dear', max_tokens }] }]) {
    const replies = await Promise.all(Array.from({ length: 3 }, () => ask(more, key)));
    for (const reply of replies) assert.equal(reply.status, 200, await reply.text());
  }
  assert.equal(provider.received.length, 6);
});

test('a cost ceiling includes the named fallback models, and its message says so', async (t) => {
  const { provider, gateway } = await startHouse(t);
  const ask = (more: object) =>
    post(
      gateway,
      '/v1/messages',
      { model: 'anthropic/cheap', max_tokens: 100, messages: [{ role: 'user', content: 'Hello' }], ...more },
      { 'x-conclave-max-cost-usd': '0.003' },
    );
  assert.equal((await ask({})).status, 200);
  const reply = await ask({ fallbacks });
  assert.equal(reply.status, 400);
  assert.match(await reply.text(), /may cost \$0\.00[5-9].* more than the ceiling of \$0\.003/);
  assert.equal(provider.received.length, 1);
});
