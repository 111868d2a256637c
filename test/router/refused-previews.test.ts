import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createKey } from '../support/create-key.ts';
import { post, simulatedProviders, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { ledgerRow } from '../support/ledger-rows.ts';

const path = '/v1/chat/completions';
const dry = { 'x-conclave-dry-run': 'true' };
const chat = (model: string) => ({
  model,
  max_tokens: 2_000,
  messages: [{ role: 'user', content: 'Say hello.' }],
});

const gatewayOf = (t: TestContext) =>
  startTestGateway(t, { config: (simulator) => ({ providers: simulatedProviders(simulator) }) });

async function keyWith(gateway: TestGateway, settings: object): Promise<{ url: string; key: string }> {
  const { key } = await createKey(gateway, settings);
  return { url: gateway.url, key };
}

async function decisionOf(caller: { url: string; key: string }, model: string) {
  const reply = await post(caller, path, chat(model), dry);
  assert.equal(reply.status, 200, await reply.clone().text());
  return JSON.parse(await reply.text());
}

test("a dry run reports which budget would refuse the call, with the refusal's message, and spends nothing", async (t) => {
  const gateway = await gatewayOf(t);
  const poor = await keyWith(gateway, {
    budgets: [{ window: 'day', limitUsd: 0.003, unknownPrices: 'refuse' }],
  });
  const { refused, model } = await decisionOf(poor, 'opus');
  assert.equal(model, 'anthropic/claude-opus-5-5');
  assert.equal(refused.code, 'budget_exceeded');
  const reply = await post(poor, path, chat('opus'));
  assert.equal(reply.status, 429);
  assert.equal(refused.message, JSON.parse(await reply.text()).error.message);
  assert.match(refused.message, /^The budget per day does not allow this call/);
  assert.equal((await decisionOf(poor, 'gpt-6-luna')).refused, undefined);
});

test('a dry run of an open choice shows the candidates that the budget leaves, like the call itself', async (t) => {
  const gateway = await gatewayOf(t);
  const poor = await keyWith(gateway, {
    budgets: [{ window: 'day', limitUsd: 0.001, unknownPrices: 'refuse' }],
  });
  const { refused, model, reason, warnings, ruled_out: out } = await decisionOf(poor, 'auto:frontier');
  assert.equal(refused, undefined);
  assert.match(warnings.join(), /may cost more than the \$0\.001 left of this key's budget/);
  assert.ok(out.some(({ rule }: { rule: string }) => rule === 'budget'));
  const reply = await post(poor, path, chat('auto:frontier'));
  assert.equal(reply.headers.get('x-conclave-model'), model);
  const row = await ledgerRow(gateway, reply);
  for (const said of [reason, row.decision?.reason])
    assert.ok(said?.includes(`; ${model} instead, since `), said);
});

test('a dry run that a budget refuses shows only models that the budget allows, in the steps as in the decision', async (t) => {
  const gateway = await startTestGateway(t, {
    config: (simulator) => ({
      providers: simulatedProviders(simulator),
      models: [
        { id: 'openai/of-unknown-price', tier: 'economy' },
        { id: 'openai/of-known-price', tier: 'economy', price: { input: 5, output: 5 } },
      ],
    }),
  });
  const poor = await keyWith(gateway, {
    models: ['openai/of-unknown-price', 'openai/of-known-price'],
    budgets: [{ window: 'day', limitUsd: 0.000001, unknownPrices: 'refuse' }],
  });
  const { refused, steps, ruled_out: out } = await decisionOf(poor, 'auto');
  assert.equal(refused.code, 'budget_exceeded');
  assert.deepEqual(
    steps.flat().map(({ model }: { model: string }) => model),
    ['openai/of-known-price'],
  );
  assert.ok(out.some(({ model }: { model: string }) => model === 'openai/of-unknown-price'));
});

test('a dry run reports which limit of the key would refuse the call and for how long, and counts against none', async (t) => {
  const gateway = await gatewayOf(t);
  const slow = await keyWith(gateway, { rpm: 1 });
  for (const _ of [1, 2]) assert.equal((await decisionOf(slow, 'gpt-6-luna')).refused, undefined);
  assert.equal((await post(slow, path, chat('gpt-6-luna'))).status, 200);
  const { refused } = await decisionOf(slow, 'gpt-6-luna');
  assert.equal(refused.code, 'rate_limited');
  assert.match(refused.message, /^The key "team" has reached its rpm of 1/);
  assert.ok(refused.retry_after_seconds > 0 && refused.retry_after_seconds <= 61);
});
