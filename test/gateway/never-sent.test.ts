import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { ConfigInput } from '../../src/config/schema/config-schema.ts';
import { startAnsweringProvider } from '../providers/answering-provider.ts';
import { startKeyedProvider } from '../providers/keyed-provider.ts';
import { post, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { lastRow, ledgerRow } from '../support/ledger-rows.ts';
import { until } from '../support/until.ts';

const model = 'lab/m';
const ask = { model, messages: [{ role: 'user', content: 'Hello' }] };
const path = '/v1/chat/completions';
const send = (gateway: TestGateway, body: object = ask) => post(gateway, path, body);

/** A provider that accepts one call at a time and is busy with it. */
async function busyProvider(t: TestContext, routing: ConfigInput['routing'] = {}) {
  const lab = await startKeyedProvider(t);
  const provider = (apiKey: string) => ({
    dialect: 'openai-chat' as const,
    baseUrl: `${lab.url}/v1`,
    apiKey,
  });
  const gateway = await startTestGateway(t, {
    config: {
      providers: { lab: provider('key-one'), club: provider('key-club') },
      models: [{ id: model }, { id: 'club/m' }],
      deployments: [{ model, concurrency: 1 }],
      routing: { retries: 0, balance: { queueMs: 100 }, ...routing },
    },
  });
  const held = Promise.withResolvers<void>();
  lab.behave('key-one', { until: held.promise });
  const first = send(gateway);
  await until(() => lab.asked.length === 1, 'the first call');
  return {
    lab,
    gateway,
    async release() {
      held.resolve();
      assert.equal((await first).status, 200);
    },
  };
}

/** The lines of one metric, without the first call's. */
async function figures({ url, adminKey }: TestGateway, name: string): Promise<string[]> {
  const reply = await fetch(`${url}/metrics`, { headers: { 'x-api-key': adminKey } });
  const lines = (await reply.text()).split('\n');
  return lines.filter((line) => line.startsWith(`${name}{`) && !line.includes('error_type="none"'));
}

test('a call that waited in line in vain is refused, not a failed request to the provider', async (t) => {
  const { gateway, lab, release } = await busyProvider(t);
  const refused = await send(gateway);
  assert.equal(refused.status, 429);
  assert.equal(refused.headers.get('x-conclave-attempts'), null);
  assert.equal(lab.asked.length, 1);
  const row = await lastRow(gateway);
  assert.equal(row.state, 'refused');
  assert.equal(row.errorCode, 'rate_limited');
  assert.deepEqual(row.attempts, []);
  assert.deepEqual(await figures(gateway, 'conclave_attempts_total'), []);
  const [calls = ''] = await figures(gateway, 'conclave_calls_total');
  assert.match(calls, /state="refused",error_type="rate_limited"\} 1$/);
  await release();
});

test('a caller that hangs up in line has asked no provider', async (t) => {
  const { gateway, lab, release } = await busyProvider(t, { balance: { queueMs: 60_000 } });
  const caller = new AbortController();
  const waiting = fetch(gateway.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(ask),
    signal: caller.signal,
  }).catch(() => undefined);
  await until(async () => (await gateway.app.ledger.recent({ limit: 2 })).length === 2, 'its row');
  caller.abort();
  await waiting;
  await until(async () => (await lastRow(gateway))?.state === 'cancelled', 'its end');
  assert.deepEqual((await lastRow(gateway))?.attempts, []);
  await release();
  assert.equal(lab.asked.length, 1);
});

test('a full model after a failed one is named in the error, but only the request counts', async (t) => {
  const { gateway, lab, release } = await busyProvider(t, {
    fallbacks: { 'club/m': [model] },
    balance: { queueMs: 100 },
  });
  lab.behave('key-club', { status: 500 });
  const failed = await send(gateway, { ...ask, model: 'club/m' });
  const { error } = (await failed.json()) as { error: { message: string } };
  assert.match(error.message, /1\. club\/m: provider_error: .* 2\. lab\/m: rate_limited: /);
  assert.equal(failed.headers.get('x-conclave-attempts'), '1');
  const row = await lastRow(gateway);
  assert.equal(row.state, 'failed');
  assert.deepEqual(
    row.attempts.map((attempt) => attempt.model),
    ['club/m'],
  );
  await release();
});

test('a request that cannot be signed was not sent', async (t) => {
  const gateway = await startTestGateway(t, {
    config: {
      providers: { bedrock: { region: 'us-east-1', baseUrl: 'http://127.0.0.1:9' } },
      models: [{ id: 'bedrock/m' }],
      routing: { retries: 0 },
    },
  });
  const reply = await send(gateway, { ...ask, model: 'bedrock/m' });
  const row = await lastRow(gateway);
  assert.equal(row.errorCode, 'provider_auth', await reply.text());
  assert.equal(row.state, 'refused');
  assert.deepEqual(row.attempts, []);
  assert.deepEqual(await figures(gateway, 'conclave_attempts_total'), []);
});

test('a call that a budget or a window refuses after its classification is refused: nothing was asked for the answer', async (t) => {
  const lab = await startAnsweringProvider(t, () => '{"task": "math", "difficulty": 5}');
  const gateway = await startTestGateway(t, {
    config: {
      providers: { lab: { dialect: 'openai-chat', baseUrl: lab.url, apiKey: 'k' } },
      models: [
        { id: 'lab/small', tier: 'economy', price: { input: 0.01, output: 0.01 }, contextWindow: 2_000 },
        { id: 'lab/big', tier: 'frontier', price: { input: 5, output: 400 }, contextWindow: 20_000 },
      ],
      routing: { retries: 0, classifier: { model: 'lab/small', always: true, timeoutMs: 60_000 } },
    },
  });
  const budgets = [{ window: 'day', limitUsd: 0.1, unknownPrices: 'refuse' }] as const;
  const { key } = await gateway.app.keys.issue({ name: 'poor', budgets });
  for (const [words, code] of [
    [3_000, 'budget_exceeded'],
    [30_000, 'no_candidate'],
  ] as const) {
    const messages = [{ role: 'user', content: 'thing '.repeat(words) }];
    const reply = await post({ ...gateway, key }, path, { model: 'auto', max_tokens: 1_000, messages });
    const row = await ledgerRow(gateway, reply);
    assert.equal(row.errorCode, code, await reply.text());
    assert.equal(row.state, 'refused', code);
    const [question] = await gateway.app.ledger.children(row.id);
    assert.equal(question?.state, 'ok', 'it was classified');
  }
  assert.deepEqual([...new Set(lab.asked.map((one) => one.model))], ['small']);
});
