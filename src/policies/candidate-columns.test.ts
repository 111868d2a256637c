import assert from 'node:assert/strict';
import { requestFeatures } from '../../test/support/request-features.ts';
import { test } from 'node:test';
import fc from 'fast-check';
import { candidate } from '../../test/support/policy-candidates.ts';
import type { Price } from '../core/money/price.ts';
import { tiers } from '../core/task.ts';
import { candidateCost, candidateCosts, columnsOf } from './candidate-columns.ts';

const rate = fc.integer({ min: 0, max: 20_000_000 });
const rates = fc.record({ input: rate, output: rate });
const anyPrice: fc.Arbitrary<Price | undefined> = fc.option(
  fc.record(
    {
      input: rate,
      output: rate,
      call: fc.integer({ min: 0, max: 1e9 }),
      cacheWrite: rate,
      cachesUnasked: fc.constant(true as const),
      steps: fc.array(fc.record({ abovePromptTokens: fc.constantFrom(1_000, 1_001, 200_000), rates }), {
        maxLength: 2,
      }),
      schedule: fc.array(
        fc.record({
          when: fc.constantFrom(
            { kind: 'from', at: 500 } as const,
            { kind: 'daily', start: 0, end: 3_600_000 } as const,
          ),
          rates,
        }),
        { maxLength: 1 },
      ),
    },
    { requiredKeys: ['input', 'output'] },
  ),
  { nil: undefined },
);

test('a column of costs equals the costs computed one candidate at a time, to the last bit', () => {
  const anyRequest = fc.record({
    inputTokens: fc.constantFrom(0, 10, 1_000, 1_001, 1_023, 1_024, 300_000),
    outputTokens: fc.integer({ min: 0, max: 8_192 }),
    at: fc.constantFrom(0, 499, 500, 10_000_000),
  });
  fc.assert(
    fc.property(
      fc.array(anyPrice, { maxLength: 12 }),
      fc.array(anyRequest, { minLength: 1 }),
      (prices, asked) => {
        const candidates = prices.map((price, at) => candidate(`p/${at}`, price && { price }));
        for (const request of asked) {
          const features = requestFeatures(request);
          const costs = new Float64Array(candidates.length);
          candidateCosts(candidates, features, costs);
          assert.deepEqual(
            [...costs],
            candidates.map((one) => candidateCost(one, features)),
          );
        }
      },
    ),
  );
});

test('columns hold the tier, location and family of each candidate at its place', () => {
  const some = [
    candidate('a/one', { tier: 'workhorse', family: 'x' }),
    candidate('b/two', { family: 'y', local: true }),
    candidate('c/three', { tier: 'frontier', family: 'x' }),
  ];
  const columns = columnsOf(some);
  assert.deepEqual([...columns.tiers], [tiers.indexOf('workhorse'), tiers.length, tiers.indexOf('frontier')]);
  assert.deepEqual([...columns.local], [0, 1, 0]);
  assert.deepEqual([...columns.families], [0, 1, 0]);
  assert.equal(columns.familyCount, 2);
});
