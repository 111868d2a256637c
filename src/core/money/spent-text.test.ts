import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spentText } from './spent-text.ts';

test('shows spending without a price as unknown', () => {
  assert.equal(spentText({ totalNanoUsd: 2_000_000, unknownPriceCalls: 0 }), '$0.002');
  assert.equal(spentText({ totalNanoUsd: 2_000_000, unknownPriceCalls: 1 }), '$0.002 + unknown');
  assert.equal(spentText({ totalNanoUsd: 0, unknownPriceCalls: 2 }), 'unknown');
});
