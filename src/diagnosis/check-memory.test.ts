import assert from 'node:assert/strict';
import { test } from 'node:test';
import { largestModel } from './check-memory.ts';

test('the reported local model fits with room for the system, and the next size does not', () => {
  const gib = 1024 ** 3;
  assert.equal(largestModel(2 * gib), 0);
  assert.equal(largestModel(8 * gib), 4);
  assert.equal(largestModel(16 * gib), 14);
  assert.equal(largestModel(24 * gib), 24);
  assert.equal(largestModel(64 * gib), 70);
});
