import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { JsonObject } from '../../core/json/json.ts';
import { usdText } from '../../core/units.ts';
import { chargedCost } from './charged-cost.ts';

const openRouter = (usage: JsonObject) => chargedCost(usage, { tellsCost: 'cost' }).chargedNanoUsd;
const byok = (is_byok: boolean | undefined, cost: number, upstream: number | null) =>
  openRouter({
    cost,
    ...(is_byok !== undefined && { is_byok }),
    cost_details: { upstream_inference_cost: upstream },
  });

test('each provider’s cost is read to the nano-dollar from its decimal text', () => {
  assert.equal(openRouter({ cost: 0.0123 }), 12_300_000);
  assert.equal(openRouter({ cost: 1.1e-7 }), 110);
  assert.equal(openRouter({ cost: 0.00014500000000000003 }), 145_000);
  assert.equal(openRouter({ cost: 0.0000000005 }), 1, 'half a nano-dollar is rounded up');
  assert.equal(openRouter({ cost: 0 }), 0);
  const perplexity = { cost: { request_cost: 0.006, total_cost: 0.00645 } };
  assert.equal(chargedCost(perplexity, { tellsCost: 'cost.total_cost' }).chargedNanoUsd, 6_450_000);
  const grok = { cost_in_usd_ticks: 37_756_005 };
  assert.equal(chargedCost(grok, { tellsCost: 'cost_in_usd_ticks' }).chargedNanoUsd, 3_775_601);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e15 - 1 }), (nano) => {
      const wire = JSON.parse(`{"cost":${usdText(BigInt(nano))}}`) as JsonObject; // the text above is an object
      assert.equal(openRouter(wire), nano);
    }),
  );
});

test('with the caller’s own key, the maker’s cost is added to OpenRouter’s fee; otherwise it is the same money', () => {
  assert.equal(byok(true, 0.0006, 0.012), 12_600_000);
  assert.equal(byok(true, 0, 0.012), 12_000_000);
  assert.equal(byok(false, 0.012, 0.012), 12_000_000);
  assert.equal(byok(false, 0.001, 0.002), 1_000_000, 'what OpenRouter itself paid is not the cost');
  assert.equal(
    byok(undefined, 0.0006, 0.012),
    12_600_000,
    'a fee smaller than the upstream cost shows that the key was the caller’s',
  );
  assert.equal(byok(undefined, 0.012, 0.012), 12_000_000);
  assert.equal(byok(undefined, 0.012, null), 12_000_000);
  assert.equal(byok(true, 0.0006, null), undefined, 'a fee alone is not the cost of the answer');
});

test('an implausible cost is ignored, and cost is read only from providers known to report it', () => {
  for (const cost of [-1, 1e300, 1e9, null, '0.01', {}, true]) assert.equal(openRouter({ cost }), undefined);
  assert.equal(openRouter({}), undefined);
  assert.deepEqual(chargedCost({ cost: 0.01 }, {}), {});
});
