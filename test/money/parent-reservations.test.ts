import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExpectedCall } from '../../src/engine/open-parent.ts';
import { startTestGateway, type Cleanup } from '../support/gateway.ts';
import { plainCall } from '../support/plain-call.ts';

const { request } = plainCall();
const call = plainCall({ request: { ...request, model: 'lab/m', maxOutputTokens: 100 } });

/** A key with a budget, and what a parent of these calls reserves in it. */
async function setUp(t: Cleanup) {
  const { app } = await startTestGateway(t, {
    config: {
      providers: { lab: { dialect: 'openai-chat', baseUrl: 'http://127.0.0.1:9/v1', apiKey: 'k' } },
      models: [{ id: 'lab/m', price: { input: 2, output: 4 }, contextWindow: 200_000 }],
    },
  });
  const { stored } = await app.keys.issue({
    name: 'team',
    budgets: [{ window: 'day', limitUsd: 1, unknownPrices: 'refuse' }],
  });
  const principal = { ...call.principal, keyId: stored.id };
  const open = (expected: readonly ExpectedCall[]) =>
    app.engine.openParent({ principal, surface: 'http', tags: [], traceId: 't', expected });
  const reserved = async () => {
    const [budget] = await app.keys.budgets({ id: stored.id });
    return budget?.reserved ?? assert.fail('a key with a budget');
  };
  return { open, reserved };
}

test('a parent also reserves for the answers that its later calls will read', async (t) => {
  const { open, reserved } = await setUp(t);
  const short = await open([{ call }]);
  const before = await reserved();
  await short.close('ok');
  const long = await open([{ call, furtherTokens: 10_000 }]);
  assert.equal((await reserved()) - before, 20_000_000n, '10,000 tokens at $2 per million');
  await long.close('ok');
  assert.equal(await reserved(), 0n);
});

test('what a child call did not spend of its claim can be claimed by the next one', async (t) => {
  const { open, reserved } = await setUp(t);
  const { reservation, close } = await open([{ call }, { call }]);
  const all = await reserved();
  assert.equal(reservation.claim?.(all), true);
  assert.equal(reservation.claim?.(1n), false);
  reservation.giveBack?.(90n);
  assert.equal(reservation.claim?.(91n), false);
  assert.equal(reservation.claim?.(90n), true);
  await close('ok');
});
