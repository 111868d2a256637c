import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addCosts } from './add-costs.ts';

test('a sum of costs is exact, and unknown if one of them is', () => {
  assert.equal(addCosts(), 0n);
  assert.equal(addCosts(9_007_199_254_740_993n, 1n), 9_007_199_254_740_994n);
  assert.equal(addCosts(5n, undefined, 1n), undefined);
});
