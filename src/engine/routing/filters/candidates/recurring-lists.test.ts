import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleCandidates } from '../../../../../test/support/policy-candidates.ts';
import { recurringLists } from './recurring-lists.ts';

test('returns the same list for the same candidates, but not for others or another order', () => {
  const listOf = recurringLists();
  const some = sampleCandidates.slice(0, 3);
  assert.equal(listOf(some), some);
  assert.equal(listOf(sampleCandidates.slice(0, 3)), some);
  assert.deepEqual(listOf(sampleCandidates.slice(0, 2)), sampleCandidates.slice(0, 2));
  assert.notEqual(listOf(some.toReversed()), some);
  assert.equal(listOf(sampleCandidates.slice(0, 3)), some);
});

test('a list keeps its candidates, however many lists were seen since', () => {
  const listOf = recurringLists();
  for (let round = 0; round < 3; round += 1) {
    for (let count = 0; count <= sampleCandidates.length; count += 1) {
      assert.deepEqual(listOf(sampleCandidates.slice(0, count)), sampleCandidates.slice(0, count));
    }
  }
});
