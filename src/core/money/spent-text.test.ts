import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spentText } from './spent-text.ts';

test('what has no price is unknown, whoever prints it', () => {
  assert.equal(spentText({ totalNanoUsd: 2_000_000, unknownPriceCalls: 0 }), '$0.002');
  assert.equal(spentText({ totalNanoUsd: 2_000_000, unknownPriceCalls: 1 }), '$0.002 + unknown');
  assert.equal(spentText({ totalNanoUsd: 0, unknownPriceCalls: 2 }), 'unknown');
});
