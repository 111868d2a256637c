import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { ConfigInput } from '../../src/config/schema/config-schema.ts';
import type { Change } from '../../src/core/routing/what-if.ts';
import { lastRow } from '../support/ledger-rows.ts';
import { perCall, whatIfGateway } from '../support/what-if-gateway.ts';

type House = Awaited<ReturnType<typeof whatIfGateway>>;

async function ways({ gateway }: House, change: Change) {
  const { shifts, unserved } = await gateway.app.router.whatIf.replay(change);
  return [
    ...shifts.map(({ from, to, calls }) => `${from} > ${to} ${calls}`),
    ...(unserved ? [unserved] : []),
  ];
}

const withConfig = (t: TestContext, more: ConfigInput) => whatIfGateway(t, () => 'Well.', { more });

const price = (usd: number) => ({ input: usd, output: usd });

test('a call that named a missing model goes to the fallbacks of the configuration, or else to another of its tier', async (t) => {
  const house = await withConfig(t, { routing: { fallbacks: { 'first/big': ['second/medium'] } } });
  await house.call('first/big', 2);
  await house.call('first/medium', 2);
  assert.deepEqual(await ways(house, { without: ['first'] }), [
    'first/big > second/medium 2',
    'first/medium > second/medium 2',
  ]);
});

test('a call that a fallback answered during an outage is decided by the model that it named', async (t) => {
  let isDown = true;
  const house = await whatIfGateway(t, (model) => (isDown && model === 'big' ? 500 : 'Well.'), {
    more: { routing: { retries: 0, fallbacks: { 'first/big': ['second/medium'] } } },
  });
  await house.call('first/big', 1);
  isDown = false;
  assert.deepEqual(await ways(house, { without: ['first'] }), []);
  assert.deepEqual(await ways(house, { without: ['second'] }), ['second/medium > first/big 1']);
});

test('of equally good models, the same one is chosen as by the router', async (t) => {
  const house = await withConfig(t, {
    models: [
      { id: 'second/small', family: 'second', tier: 'economy', price: price(0.2) },
      { id: 'first/small', family: 'first', tier: 'economy', price: price(0.2) },
      { id: 'first/big', family: 'first', tier: 'frontier', price: price(10) },
    ],
  });
  await house.call('auto', 1, { 'x-conclave-policy': 'cost' });
  const row = await lastRow(house.gateway);
  await house.call('first/big', 2);
  assert.deepEqual(await ways(house, { policy: 'cost' }), [`first/big > ${row.model} 2`]);
});

test('a price ceiling holds for the whole of an imagined cascade', async (t) => {
  const house = await whatIfGateway(t);
  // A frontier model alone is just below this ceiling, and two cheap answers before it are above.
  await house.call('auto', 2, { 'x-conclave-max-cost-usd': '0.0112', 'x-conclave-task': 'math' });
  const { after } = await house.gateway.app.router.whatIf.replay({ policy: 'cascade' });
  assert.ok(after.totalNanoUsd.value < 2 * perCall(0.2 + 0.3 + 2), String(after.totalNanoUsd.value));
});

test('a call keeps to the providers that it asked for, however many models they rule out', async (t) => {
  const many = Array.from({ length: 20 }, (_, n) => ({
    id: `second/tiny-${n}`,
    family: 'second',
    tier: 'economy' as const,
    price: price(0.01 + n / 1000),
  }));
  const house = await withConfig(t, {
    models: [
      { id: 'first/small', family: 'first', tier: 'economy', price: price(0.2) },
      { id: 'first/big', family: 'first', tier: 'frontier', price: price(10) },
      ...many,
    ],
  });
  const frontier = { 'x-conclave-tier': 'frontier' };
  await house.call('auto', 2, frontier, { wishes: { provider: { only: ['first'] } } });
  await house.call('auto', 2, frontier, { wishes: { provider: { ignore: ['second'] } } });
  assert.deepEqual(await ways(house, { without: ['first/big'] }), ['first/big > first/small 4']);
});

test('a call with a highest price per token goes to no model above it in an imagined cascade', async (t) => {
  const house = await whatIfGateway(t);
  const cheap = { wishes: { provider: { max_price: { prompt: 5 } } } };
  await house.call('auto', 2, { 'x-conclave-task': 'math' }, cheap);
  const { after } = await house.gateway.app.router.whatIf.replay({ policy: 'cascade' });
  assert.ok(after.totalNanoUsd.value < 2 * perCall(0.2 + 0.3 + 2), String(after.totalNanoUsd.value));
});

test('a call that allows no stand-in is served by none', async (t) => {
  const house = await withConfig(t, { routing: { fallbacks: { 'first/big': ['second/medium'] } } });
  await house.call('first/big', 2, {}, { wishes: { provider: { allow_fallbacks: false } } });
  assert.deepEqual(await ways(house, { without: ['first'] }), [2]);
});

test('an imagined answer is no longer than its model’s maximum output', async (t) => {
  const models = [
    { id: 'first/medium', family: 'first', tier: 'workhorse' as const, price: price(2) },
    {
      id: 'second/short',
      family: 'second',
      tier: 'workhorse' as const,
      price: { input: 0, output: 1_000 },
      maxOutputTokens: 40,
    },
  ];
  const house = await withConfig(t, { models });
  await house.call('first/medium', 2);
  const { whatIf } = house.gateway.app.router;
  const { before, after } = await whatIf.replay({ without: ['first'] });
  assert.equal(before.totalNanoUsd, 2 * perCall(2));
  // Two answers of 40 tokens, not of 100.
  assert.equal(after.totalNanoUsd.value, 2 * 40 * 1_000_000);
  await house.call('first/medium', 1, {}, { wishes: { n: 2 } });
  const { after: more } = await whatIf.replay({ without: ['first'] });
  assert.equal(more.totalNanoUsd.value, (2 + 2) * 40 * 1_000_000, 'each of two answers may be that long');
});
