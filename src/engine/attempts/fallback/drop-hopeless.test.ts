import assert from 'node:assert/strict';
import { test } from 'node:test';
import { candidate } from '../../../../test/support/policy-candidates.ts';
import { UntriedCandidates } from '../../deployments/order/untried-candidates.ts';
import { dropNarrower } from './drop-hopeless.ts';

test('a prompt that overflowed one window may still fit a larger one, or one of unknown size', () => {
  const small = candidate('lab/small', { contextWindow: 8_000 });
  const same = candidate('lab/same', { contextWindow: 8_000 });
  const large = candidate('lab/large', { contextWindow: 32_000 });
  const unknown = candidate('lab/unknown');
  const untried = new UntriedCandidates([same, large, unknown]);
  dropNarrower(untried, small);
  assert.deepEqual(untried.inOrder, [large, unknown]);
  dropNarrower(untried, unknown);
  assert.deepEqual(untried.inOrder, [large, unknown]);
});
