import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleCandidates } from '../../../test/support/policy-candidates.ts';
import { recurringLists } from './recurring-lists.ts';

test('the same candidates come in the same list, others and other orders do not', () => {
  const listOf = recurringLists();
  const some = sampleCandidates.slice(0, 3);
  assert.equal(listOf(some), some);
  assert.equal(listOf(sampleCandidates.slice(0, 3)), some);
  assert.deepEqual(listOf(sampleCandidates.slice(0, 2)), sampleCandidates.slice(0, 2));
  assert.notEqual(listOf(some.toReversed()), some);
  assert.equal(listOf(sampleCandidates.slice(0, 3)), some);
});

test('whatever has passed since, a list holds who was put into it', () => {
  const listOf = recurringLists();
  for (let round = 0; round < 3; round += 1) {
    for (let count = 0; count <= sampleCandidates.length; count += 1) {
      assert.deepEqual(listOf(sampleCandidates.slice(0, count)), sampleCandidates.slice(0, count));
    }
  }
});
