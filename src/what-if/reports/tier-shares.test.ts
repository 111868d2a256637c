import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallVolume } from '../../core/stores/ledger.ts';
import type { Tier } from '../../core/task.ts';
import { tierGuide, tierShares } from './tier-shares.ts';

const volume = (tier: Tier | undefined, calls: number): CallVolume => ({
  fate: 'paid',
  simulated: false,
  ...(tier && { tier }),
  calls,
  firstAt: 0,
  nanoUsd: calls,
});

const verdictsOf = (frontier: number, workhorse: number, economy: number) =>
  tierShares([volume('frontier', frontier), volume('workhorse', workhorse), volume('economy', economy)]).map(
    ({ verdict }) => verdict,
  );

test('no shares are within the range of every tier', () => {
  const lows = Object.values(tierGuide).reduce((total, { low }) => total + low, 0);
  assert.ok(lows > 1, String(lows));
});

test('an installation with much small work and one with little are both well placed: no tier is called too low', () => {
  assert.deepEqual(verdictsOf(10, 50, 40), ['within', undefined, 'within']);
  assert.deepEqual(verdictsOf(10, 75, 15), ['within', 'within', undefined]);
  assert.deepEqual(verdictsOf(10, 62, 28), ['within', undefined, undefined]);
});

test('calls that are badly placed are noted at the tier with too many of them', () => {
  assert.deepEqual(verdictsOf(60, 30, 10), ['above', undefined, undefined]);
  assert.deepEqual(verdictsOf(10, 88, 2), ['within', 'above', undefined]);
  assert.deepEqual(verdictsOf(0, 40, 60), ['below', undefined, 'above']);
});

test('a share at the edge of its range is within it', () => {
  assert.deepEqual(verdictsOf(15, 80, 5), ['within', 'within', undefined]);
  assert.deepEqual(verdictsOf(5, 45, 50), ['within', undefined, 'within']);
  assert.deepEqual(verdictsOf(0, 70, 30), ['below', 'within', 'within']);
});

test('without calls there is no verdict, and calls of unknown tier are listed if there are any', () => {
  assert.deepEqual(verdictsOf(0, 0, 0), [undefined, undefined, undefined]);
  const [, , , unknown] = tierShares([volume(undefined, 3), volume('economy', 1)]);
  assert.deepEqual(
    [unknown?.tier, unknown?.calls, unknown?.callShare, unknown?.guide],
    ['unknown', 3, 0.75, undefined],
  );
});
