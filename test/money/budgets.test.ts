import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { CostReport } from '../../src/core/stores/ledger.ts';
import type { Budget } from '../../src/core/stores/stores.ts';
import { startKeyedProvider } from '../providers/keyed-provider.ts';
import { createKey } from '../support/create-key.ts';
import { post, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { lastRow, ledgerRow } from '../support/ledger-rows.ts';
import { storageBackends, type StorageBackend } from '../support/storage-backends.ts';

const question = { max_tokens: 50, messages: [{ role: 'user', content: 'Say hello.' }] };

/** A gateway with its ledger in the backend's database. */
async function gatewayOn(t: TestContext, backend: StorageBackend): Promise<TestGateway> {
  const address = await backend.create();
  const env: Record<string, string> = backend.name === 'sqlite' ? {} : { CONCLAVE_DATABASE_URL: address };
  // Hooks run in the order in which they were added: the gateway closes before its database is removed.
  const gateway = await startTestGateway(t, {
    config: (simulator) => ({
      providers: {
        anthropic: { baseUrl: `${simulator.url}/anthropic`, apiKey: 'k' },
        lab: { dialect: 'openai-chat', baseUrl: `${simulator.url}/openai/v1`, apiKey: 'k' },
      },
      routing: { fallbacks: { 'anthropic/*': ['lab/of-unknown-price'] } },
    }),
    env,
  });
  t.after(() => backend.remove(address));
  return gateway;
}

async function issueKey(
  gateway: TestGateway,
  budget: Pick<Budget, 'limitUsd' | 'unknownPrices'>,
): Promise<string> {
  const { key } = await createKey(gateway, { budgets: [{ window: 'month', ...budget }] });
  return key;
}

async function costsByKey({ url, adminKey }: TestGateway): Promise<CostReport> {
  const reply = await fetch(`${url}/admin/costs?by=key`, {
    headers: { authorization: `Bearer ${adminKey}` },
  });
  return (await reply.json()) as CostReport;
}

for (const backend of storageBackends) {
  const skip = backend.unavailable ?? false;

  test(
    `${backend.name}: a budget holds under a hundred concurrent calls, and the books equal the bill`,
    { skip },
    async (t) => {
      const gateway = await gatewayOn(t, backend);
      const limitUsd = 0.001;
      const key = await issueKey(gateway, { limitUsd, unknownPrices: 'refuse' });
      const replies = await Promise.all(
        Array.from({ length: 100 }, (_, at) =>
          post({ ...gateway, key }, '/v1/messages', {
            model: 'anthropic/claude-haiku-4-5',
            stream: at % 2 === 0,
            ...question,
          }),
        ),
      );
      const bodies = await Promise.all(replies.map((reply) => reply.text()));
      const byStatus = Map.groupBy(replies, ({ status }) => status);
      assert.deepEqual([...byStatus.keys()].sort(), [200, 429]);
      for (const [at, reply] of replies.entries()) {
        if (reply.status === 200) continue;
        const body = bodies[at] ?? '';
        assert.match(body, /The budget per month does not allow this call .*: it may cost up to \$0\.\d+/);
        // A call that is refused because of other calls' reservations may be retried; one refused because the money is
        // spent may not.
        const passes = body.includes('while other calls are under way');
        assert.equal(reply.headers.get('x-should-retry'), passes ? null : 'false');
        assert.equal(reply.headers.get('retry-after'), passes ? '1' : null);
      }

      const report = await costsByKey(gateway);
      const bill = (await (await fetch(`${gateway.simulator.url}/__bill`)).json()) as {
        totalNanoUsd: number;
      };
      assert.deepEqual(
        report.rows.map(({ name }) => name),
        ['team'],
      );
      assert.equal(report.totalNanoUsd, bill.totalNanoUsd);
      assert.equal(report.calls, 100);
      assert.equal(report.rows[0]?.succeeded, byStatus.get(200)?.length);
      assert.ok(report.totalNanoUsd > 0 && report.totalNanoUsd <= limitUsd * 1e9);
      const stored = await gateway.app.keys.find('team');
      const [budget] = await gateway.app.keys.budgets(stored);
      assert.equal(budget?.reserved, 0n);
      assert.equal(budget?.spent, BigInt(report.totalNanoUsd));
    },
  );
}

test('a budget excludes models of unknown price, warns if one was the first choice, and refuses one that is named', async (t) => {
  const [sqlite] = storageBackends;
  assert.ok(sqlite);
  const gateway = await gatewayOn(t, sqlite);
  const limited = { ...gateway, key: await issueKey(gateway, { limitUsd: 1, unknownPrices: 'refuse' }) };
  const priced = await post(limited, '/v1/messages', { model: 'anthropic/claude-haiku-4-5', ...question });
  assert.equal(priced.status, 200);
  assert.equal(priced.headers.get('x-conclave-warnings'), null);
  const row = await ledgerRow(gateway, priced);
  assert.deepEqual(
    row.decision?.ruledOut.map(({ model, reason }) => `${model}: ${reason}`),
    ['lab/of-unknown-price: it has no known price, which a budget of this key requires'],
  );
  const models = ['lab/of-unknown-price', 'anthropic/claude-haiku-4-5'];
  const second = await post(limited, '/v1/messages', { models, ...question });
  assert.equal(second.headers.get('x-conclave-model'), 'anthropic/claude-haiku-4-5');
  assert.match(second.headers.get('x-conclave-warnings') ?? '', /^lab\/of-unknown-price has no known price/);
  const unpriced = await post(limited, '/v1/chat/completions', {
    model: 'lab/of-unknown-price',
    ...question,
  });
  assert.equal(unpriced.status, 429);
  assert.match(await unpriced.text(), /the price of the model is unknown/);
  assert.equal((await costsByKey(gateway)).unknownPriceCalls, 0);
});

test('a refusal states what the call may cost, and that a shorter answer would fit', async (t) => {
  const [sqlite] = storageBackends;
  assert.ok(sqlite);
  const gateway = await gatewayOn(t, sqlite);
  const poor = { ...gateway, key: await issueKey(gateway, { limitUsd: 0.01, unknownPrices: 'refuse' }) };
  const { max_tokens: _, ...open } = question;
  const refused = await post(poor, '/v1/chat/completions', { model: 'anthropic/claude-haiku-4-5', ...open });
  assert.equal(refused.status, 429);
  assert.equal(refused.headers.get('x-should-retry'), 'false');
  // 8,192 tokens at $5 a million, plus a few for the prompt.
  assert.match(await refused.text(), /it may cost up to \$0\.0410\d+, and \$0\.01 is left\..*max_tokens/);
});

test('a named model goes to its cheaper deployment if the budget does not cover the expensive one', async (t) => {
  const provider = await startKeyedProvider(t);
  const gateway = await startTestGateway(t, {
    config: {
      providers: { lab: { dialect: 'openai-chat', baseUrl: provider.url, apiKey: 'cheap' } },
      models: [{ id: 'lab/m', price: { input: 0.1, output: 0.1 } }],
      deployments: [
        { model: 'lab/m', weight: 100, apiKey: 'expensive', region: 'eu', price: { input: 5, output: 5 } },
      ],
      routing: { balance: { strategy: 'weighted' } },
    },
  });
  const poor = { ...gateway, key: await issueKey(gateway, { limitUsd: 0.0001, unknownPrices: 'refuse' }) };
  const ask = (asking: TestGateway) => post(asking, '/v1/chat/completions', { model: 'lab/m', ...question });
  for (let call = 0; call < 5; call += 1) assert.equal((await ask(poor)).status, 200);
  assert.deepEqual(
    provider.keys(),
    Array.from({ length: 5 }, () => 'cheap'),
  );
  const row = await lastRow(gateway);
  assert.deepEqual(
    row.decision?.ranked.map(({ deployment }) => deployment),
    ['lab/m'],
  );
  assert.match(
    row.decision?.ruledOut[0]?.reason ?? '',
    /its deployment lab\/m#eu-\w+ may cost more than the \$0\.0/,
  );
  for (let call = 0; call < 5; call += 1) assert.equal((await ask(gateway)).status, 200);
  assert.ok(provider.keys().includes('expensive'));
});

test('the output limit of a budget is a warning only if it cut the answer', async (t) => {
  const gateway = await startTestGateway(t, {
    config: (simulator) => ({
      providers: { anthropic: { baseUrl: `${simulator.url}/anthropic`, apiKey: 'k' } },
      reserve: { outputTokens: 12 },
    }),
  });
  const limited = { ...gateway, key: await issueKey(gateway, { limitUsd: 1, unknownPrices: 'refuse' }) };
  const asked = async (content: string) => {
    const messages = [{ role: 'user', content }];
    const reply = await post(limited, '/v1/chat/completions', { model: 'haiku', messages });
    assert.equal(reply.status, 200);
    return reply.headers.get('x-conclave-warnings');
  };
  assert.equal(await asked('Count to 3'), null);
  assert.match((await asked('Count to 200')) ?? '', /limited to 12 tokens; set max_tokens to choose/);
});
