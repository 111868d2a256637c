import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { candidate, costing } from '../../test/support/policy-candidates.ts';
import { balanceStrategyNames, type BalanceSituation } from '../core/routing/plan/balance.ts';
import type { DeploymentStats } from '../core/routing/plan/deployment-stats.ts';
import type { Candidate } from '../core/deployment.ts';
import { balanceStrategies } from './index.ts';

const deployment = (id: string, weight: number, usd?: number): Candidate => {
  const one = candidate('lab/llama', usd === undefined ? {} : { price: costing(usd) });
  return { ...one, deployment: { ...one.deployment, id, weight } };
};
const quiet: BalanceSituation = {
  stats: { of: () => ({ healthy: true, inFlight: 0 }) },
  turn: 0,
  random: () => 0.5,
  at: 0,
  inputTokens: 1_000,
  outputTokens: 500,
};

const anyDeployments = fc
  .array(
    fc.record({
      weight: fc.double({ min: 0.01, max: 100, noNaN: true }),
      usd: fc.constantFrom(undefined, 0, 1, 15),
      inFlight: fc.nat(50),
      firstByteMs: fc.option(fc.nat(60_000), { nil: undefined }),
      headroom: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((list) => list.map((one, at) => ({ ...one, id: `d${at}` })));

/** Simulates successive calls that each stay for a while, and counts the calls of each deployment. */
function share(strategy: (typeof balanceStrategies)[number], deployments: readonly Candidate[]) {
  const random = seeded(7);
  const counts = new Map(deployments.map(({ deployment }) => [deployment.id, 0]));
  const underWay: string[] = [];
  for (let turn = 0; turn < 3_000; turn += 1) {
    // Twice as many calls stay as there are deployments; the oldest leaves.
    if (underWay.length >= deployments.length * 2) underWay.shift();
    const stats = {
      of: ({ id }: { readonly id: string }) => ({
        healthy: true,
        inFlight: underWay.filter((other) => other === id).length,
        firstByteMs: 100,
        firstByteAt: 0,
      }),
    };
    const [first] = strategy.order(deployments, { ...quiet, stats, turn, random });
    assert.ok(first);
    const { id } = first.deployment;
    counts.set(id, (counts.get(id) ?? 0) + 1);
    underWay.push(id);
  }
  return counts;
}

test('there is a strategy for every configurable name', () => {
  assert.deepEqual(
    balanceStrategies.map(({ name }) => name).toSorted(),
    [...balanceStrategyNames].toSorted(),
  );
});

test('by latency, a cached prompt is worth more than half a second, and less than a longer wait', () => {
  const latency = balanceStrategies.find(({ name }) => name === 'latency') ?? assert.fail('no such strategy');
  const three = ['quick', 'near', 'far'].map((id) => deployment(id, 1));
  const firstByteMs: Record<string, number> = { quick: 50, near: 450, far: 550 };
  const stats = {
    of: ({ id }: { readonly id: string }) => ({
      healthy: true,
      inFlight: 0,
      firstByteMs: firstByteMs[id],
      firstByteAt: 0,
    }),
  };
  const homes = latency.homes?.(three, { ...quiet, stats }) ?? [];
  assert.deepEqual(
    homes.map(({ deployment: { id } }) => id),
    ['quick', 'near'],
  );
});

test('in turns, a deployment of the smallest weight has one of 65, however heavy the other is', () => {
  const inTurns =
    balanceStrategies.find(({ name }) => name === 'round-robin') ?? assert.fail('no such strategy');
  const two = [deployment('heavy', 1_000), deployment('light', 1)];
  const firsts = Array.from({ length: 130 }, (_, turn) => inTurns.order(two, { ...quiet, turn })[0]);
  assert.equal(firsts.filter((one) => one === two[1]).length, 2);
});

for (const strategy of balanceStrategies) {
  describe(`the strategy ${strategy.name}`, () => {
    test('returns each deployment once, and the same order for the same situation', () => {
      fc.assert(
        fc.property(anyDeployments, fc.nat(1_000), fc.nat(), (list, turn, seed) => {
          const deployments = list.map(({ id, weight, usd }) => deployment(id, weight, usd));
          const known = new Map(
            list.map(({ id, inFlight, firstByteMs, headroom }) => [
              id,
              {
                healthy: true,
                inFlight,
                ...(firstByteMs !== undefined && { firstByteMs, firstByteAt: 0 }),
                ...(headroom !== undefined && { headroom }),
              } satisfies DeploymentStats,
            ]),
          );
          const stats = {
            of: ({ id }: { readonly id: string }) => known.get(id) ?? { healthy: true, inFlight: 0 },
          };
          const order = () =>
            strategy
              .order(deployments, { ...quiet, stats, turn, random: seeded(seed) })
              .map((one) => one.deployment.id);
          assert.deepEqual(order().toSorted(), list.map(({ id }) => id).toSorted());
          assert.deepEqual(order(), order());
        }),
      );
    });

    test('distributes calls evenly among equal deployments', () => {
      const counts = share(
        strategy,
        [1, 2, 3, 4].map((at) => deployment(`d${at}`, 1, 1)),
      );
      for (const [id, count] of counts) assert.ok(count > 600 && count < 900, `${id}: ${count} of 3,000`);
    });

    test('gives a deployment of three times the weight about three times the calls', () => {
      const counts = share(strategy, [deployment('light', 1, 1), deployment('heavy', 3, 1)]);
      const light = counts.get('light') ?? 0;
      assert.ok(light > 550 && light < 1_000, `${light} of 3,000`);
    });
  });
}

const first = (name: string, deployments: readonly Candidate[], situation: Partial<BalanceSituation> = {}) =>
  balanceStrategies
    .find((strategy) => strategy.name === name)
    ?.order(deployments, { ...quiet, ...situation })[0]?.deployment.id;
const knowing = (known: Record<string, Partial<DeploymentStats>>): Partial<BalanceSituation> => ({
  stats: { of: ({ id }) => ({ healthy: true, inFlight: 0, ...known[id] }) },
});
const pair = [deployment('a', 1, 3), deployment('b', 1, 1)];

test('least-busy goes where the fewest calls are under way', () => {
  assert.equal(first('least-busy', pair, knowing({ a: { inFlight: 1 } })), 'b');
});

test('round-robin spreads out the turns of a heavier deployment', () => {
  const turns = Array.from({ length: 8 }, (_, turn) =>
    first('round-robin', [deployment('a', 3), deployment('b', 1)], { turn }),
  );
  assert.deepEqual(turns, ['a', 'a', 'b', 'a', 'a', 'a', 'b', 'a']);
});

test('latency picks the quicker of two, forgets an old peak and does not overload an unmeasured deployment', () => {
  const slow = { firstByteMs: 4_000, firstByteAt: 0 };
  const quick = { firstByteMs: 200, firstByteAt: 0 };
  assert.equal(first('latency', pair, knowing({ a: slow, b: quick })), 'b');
  const later = { ...knowing({ a: slow, b: { ...quick, firstByteAt: 60_000 } }), at: 60_000 };
  assert.equal(first('latency', pair, later), 'a', 'the slow one is tried again after a minute');
  assert.equal(first('latency', pair, knowing({ a: { inFlight: 3 }, b: quick })), 'b');
  assert.equal(
    first('latency', pair, knowing({ b: quick })),
    'a',
    'the first call goes to the unmeasured one',
  );
});

test('latency never picks the slowest of three: one of the two drawn is always quicker', () => {
  const three = [deployment('a', 1), deployment('b', 1), deployment('c', 1)];
  const known = knowing({
    a: { firstByteMs: 9_000, firstByteAt: 0 },
    b: { firstByteMs: 300, firstByteAt: 0 },
    c: { firstByteMs: 200, firstByteAt: 0 },
  });
  const random = seeded(3);
  for (let call = 0; call < 200; call += 1)
    assert.notEqual(first('latency', three, { ...known, random }), 'a');
});

test('headroom picks the deployment with most left of its limits', () => {
  assert.equal(first('headroom', pair, knowing({ a: { headroom: 0.2 }, b: { headroom: 0.7 } })), 'b');
  assert.equal(
    first('headroom', pair, knowing({ b: { headroom: 0.7 } })),
    'a',
    'nothing known: the full limit is left',
  );
});

test('cheapest picks the deployment with the lowest cost, and an unknown price last', () => {
  assert.equal(first('cheapest', pair), 'b');
  assert.equal(first('cheapest', [deployment('unknown', 1), ...pair]), 'b');
});

const homes = (name: string, situation: Partial<BalanceSituation>) =>
  balanceStrategies
    .find((strategy) => strategy.name === name)
    ?.homes?.(pair, { ...quiet, ...situation })
    .map(({ deployment }) => deployment.id);

test('the home of a conversation is not more expensive, much slower or fuller than the best deployment', () => {
  assert.deepEqual(homes('cheapest', {}), ['b']);
  const [slow, quick] = [
    { firstByteMs: 4_000, firstByteAt: 0 },
    { firstByteMs: 900, firstByteAt: 0 },
  ];
  assert.deepEqual(homes('latency', knowing({ a: slow, b: quick })), ['b']);
  assert.deepEqual(homes('latency', knowing({ a: quick, b: { ...quick, firstByteMs: 1_700 } })), ['a', 'b']);
  assert.deepEqual(homes('latency', knowing({ a: slow })), ['a', 'b'], 'the other is unmeasured');
  assert.deepEqual(
    homes('latency', { ...knowing({ a: slow, b: quick }), at: 60_000 }),
    ['a', 'b'],
    'the measurement is too old',
  );
  assert.deepEqual(homes('headroom', knowing({ a: { headroom: 0.2 }, b: { headroom: 0.7 } })), ['b']);
  assert.deepEqual(homes('headroom', knowing({ a: { headroom: 0.5 } })), ['a', 'b']);
  assert.equal(homes('least-busy', {}), undefined, 'all');
});

/** A small deterministic generator (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
