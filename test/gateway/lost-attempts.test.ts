import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { BudgetStanding } from '../../src/core/stores/stores.ts';
import { startSlowProvider } from '../providers/slow-provider.ts';
import { forwardClock } from '../support/forward-clock.ts';
import { createKey } from '../support/create-key.ts';
import { post, startTestGateway } from '../support/gateway.ts';

// A provider may bill the prompt of an abandoned attempt: its cost and that of the next attempt share one budget.

/** A key whose first model never answers; its second model answers when the test says so. */
async function impatientKey(t: TestContext, limitUsd: number) {
  const provider = await startSlowProvider(t, 600_000);
  const gateway = await startTestGateway(t, {
    config: () => ({
      providers: { slow: { dialect: 'openai-chat', baseUrl: provider.url, apiKey: 'k' } },
      models: ['slow/one', 'slow/two'].map((id) => ({ id, price: { input: 1, output: 1 } })),
      routing: { retries: 0, timeouts: { firstByteMs: 60_000 } },
    }),
  });
  const { id, key } = await createKey(gateway, {
    budgets: [{ window: 'total', limitUsd, unknownPrices: 'refuse' }],
  });
  const content = 'All work and no play makes Jack a dull boy. '.repeat(400);
  return {
    provider,
    ask: () =>
      post({ ...gateway, key }, '/v1/chat/completions', {
        models: ['slow/one', 'slow/two'],
        model: 'slow/one',
        stream: true,
        max_tokens: 50,
        messages: [{ role: 'user', content }],
      }),
    async standing(): Promise<BudgetStanding> {
      const [budget] = await gateway.app.keys.budgets({ id });
      return budget ?? assert.fail('a key with a budget');
    },
    lastRow: async () => (await gateway.app.ledger.recent({ limit: 1 }))[0],
  };
}

test('an abandoned attempt is charged in addition to the next one, and both are reserved before the next one starts', async (t) => {
  const forward = forwardClock(t);
  const { provider, ask, standing, lastRow } = await impatientKey(t, 1);
  const first = provider.arrival();
  const asked = ask();
  await first;
  const { reserved } = await standing();
  const second = provider.arrival();
  forward(61_000);
  await second;
  const { reserved: both } = await standing();
  provider.answerAll();
  assert.match(await (await asked).text(), /At last.*\[DONE\]/s);
  const lost = (await lastRow())?.attempts[0]?.cost ?? 0n;
  assert.ok(lost > 0n);
  assert.equal(both, reserved + lost);
  assert.equal((await standing()).reserved, 0n);
});

test('a budget that cannot cover both a lost attempt and another one ends the call instead of being exceeded', async (t) => {
  const penniless = await impatientKey(t, 1e-9);
  const refusal = await (await penniless.ask()).text();
  const [, amount] = /it may cost up to \$([\d.]+),/.exec(refusal) ?? assert.fail(refusal);
  const forward = forwardClock(t);
  const { provider, ask, standing, lastRow } = await impatientKey(t, Number(amount));
  const first = provider.arrival();
  const asked = ask();
  await first;
  forward(61_000);
  const reply = await asked;
  assert.equal(reply.status, 429);
  assert.match(
    await reply.text(),
    /may be billed at \$0\.\d+; in addition to it, the total budget of \$0\.\d+ does not allow another/,
  );
  const row = await lastRow();
  assert.deepEqual(
    row?.attempts.map(({ model }) => model),
    ['slow/one'],
  );
  const { spent, reserved } = await standing();
  assert.equal(spent, row?.attempts[0]?.cost);
  assert.equal(reserved, 0n);
});
