import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  differenceInterval,
  type KnownChance,
  qualityDifference,
  qualityInterval,
  sumInterval,
} from './interval.ts';

test('bounds of a cost are never negative, even with an outlier', () => {
  const { value, low, high } = sumInterval([30, 30, 30, 30, 30, 30, 2_000_000]);
  assert.equal(value, 2_000_180);
  assert.ok(low > 0 && low < value && high > value, `${low} ${high}`);
  assert.deepEqual(sumInterval([]), { value: 0, low: 0, high: 0 });
});

test('a single call, or a few equal ones, give wide bounds', () => {
  const one = sumInterval([1_000]);
  assert.ok(one.low < 400 && one.high > 2_500, JSON.stringify(one));
  const alike = sumInterval([1_000, 1_000, 1_000]);
  assert.ok(alike.low > 1_500 && alike.low < 2_700 && alike.high > 3_300 && alike.high < 6_000);
  const difference = differenceInterval([500]);
  assert.ok(difference.low < 0 && difference.high > 1_000, 'one call does not prove a saving');
});

test('many similar calls give narrow bounds', () => {
  const { value, low, high } = sumInterval(Array.from({ length: 1_000 }, (_, n) => 900 + (n % 200)));
  assert.ok(low > 0.99 * value && high < 1.01 * value);
});

test('the bounds contain the sum of another sample 19 times out of 20', () => {
  // Exponential costs: as uneven as those of real calls.
  let state = 7;
  const uniform = () => (state = (Math.imul(state, 48_271) >>> 0) % 2_147_483_647) / 2_147_483_647;
  const costs = () => Array.from({ length: 60 }, () => -1_000 * Math.log(1 - uniform()));
  const held = Array.from({ length: 400 }, () => {
    const { low, high } = sumInterval(costs());
    return low <= 60_000 && 60_000 <= high;
  }).filter(Boolean).length;
  assert.ok(held / 400 > 0.91 && held / 400 < 0.99, `${held} of 400`);
});

const width = ({ low, high }: { low: number; high: number }) => high - low;
const known = (model: string, mean = 0.8): KnownChance => ({ mean, deviation: 0.05, model });

test('the uncertainty about a model does not average out over its calls', () => {
  const calls = (count: number, model: (n: number) => string) =>
    qualityInterval(Array.from({ length: count }, (_, n) => known(model(n))));
  assert.ok(Math.abs(width(calls(500, () => 'one')) - width(calls(5, () => 'one'))) < 1e-9);
  assert.ok(width(calls(500, (n) => `${n}`)) < 0.1 * width(calls(500, () => 'one')));
});

test('a difference has narrower bounds than either side if most calls stay unchanged', () => {
  const stay = Array.from({ length: 9 }, () => ({ before: known('a'), after: known('a') }));
  const none = qualityDifference(stay);
  assert.deepEqual([none.value, width(none)], [0, 0]);
  const one = qualityDifference([...stay, { before: known('a'), after: known('b', 0.7) }]);
  assert.ok(Math.abs(one.value + 0.01) < 1e-9);
  // A tenth of the calls, each side with a deviation of .05.
  assert.ok(Math.abs(width(one) - 2 * 1.96 * 0.1 * 0.05 * Math.SQRT2) < 1e-9, String(width(one)));
});
