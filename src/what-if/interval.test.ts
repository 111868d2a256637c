import assert from 'node:assert/strict';
import { test } from 'node:test';
import { qualityInterval, sumInterval } from './interval.ts';

test('what calls would cost is never less than nothing, however much one of them stands out', () => {
  const { value, low, high } = sumInterval([30, 30, 30, 30, 30, 30, 2_000_000]);
  assert.equal(value, 2_000_180);
  assert.ok(low > 0 && low < value && high > value, `${low} ${high}`);
  assert.deepEqual(sumInterval([]), { value: 0, low: 0, high: 0 });
  assert.deepEqual(sumInterval([5, 5, 5]), { value: 15, low: 15, high: 15 });
});

test('many even calls leave little doubt', () => {
  const { value, low, high } = sumInterval(Array.from({ length: 1_000 }, (_, n) => 900 + (n % 200)));
  assert.ok(low > 0.99 * value && high < 1.01 * value);
});

test('what is not known of a model does not average out over its calls', () => {
  const calls = (count: number, cell: (n: number) => string) =>
    qualityInterval(Array.from({ length: count }, (_, n) => ({ mean: 0.8, deviation: 0.05, cell: cell(n) })));
  const width = ({ low, high }: { low: number; high: number }) => high - low;
  assert.ok(Math.abs(width(calls(500, () => 'one')) - width(calls(5, () => 'one'))) < 1e-9);
  assert.ok(width(calls(500, (n) => `${n}`)) < 0.1 * width(calls(500, () => 'one')));
});
