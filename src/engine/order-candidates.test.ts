import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Model } from '../core/model.ts';
import type { DeploymentStats } from '../core/plan.ts';
import type { Candidate, Deployment } from '../core/provider.ts';
import { orderCandidates } from './order-candidates.ts';

const candidate = (model: string, id: string, weight = 1): Candidate => ({
  // Only what the order depends on.
  model: { id: model } as Model,
  deployment: { id, weight } as Deployment,
});
const order = (candidates: Candidate[], known: Record<string, Partial<DeploymentStats>> = {}) =>
  orderCandidates(candidates, { of: (id) => ({ healthy: true, inFlight: 0, ...known[id] }) }).map(
    ({ deployment }) => deployment.id,
  );

const keys = [candidate('a', 'a1'), candidate('a', 'a2'), candidate('b', 'b1')];

test('among the keys of one model the least busy goes first, and other models keep their place', () => {
  assert.deepEqual(order(keys), ['a1', 'a2', 'b1']);
  assert.deepEqual(order(keys, { a1: { inFlight: 3 } }), ['a2', 'a1', 'b1']);
});

test('a key of twice the weight takes twice the calls', () => {
  const [light, heavy] = [candidate('a', 'light'), candidate('a', 'heavy', 2)];
  assert.deepEqual(order([light, heavy], { heavy: { inFlight: 1 } }), ['light', 'heavy']);
  assert.deepEqual(order([light, heavy], { heavy: { inFlight: 2 }, light: { inFlight: 1 } }), [
    'heavy',
    'light',
  ]);
  assert.deepEqual(order([light, heavy]), ['heavy', 'light']);
});

test('a benched key goes behind everybody, and is still there', () => {
  assert.deepEqual(order(keys, { a1: { healthy: false } }), ['a2', 'b1', 'a1']);
});
