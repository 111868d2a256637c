import assert from 'node:assert/strict';
import { test } from 'node:test';
import { candidate } from '../../../../test/support/policy-candidates.ts';
import type { Deployment } from '../../../core/deployment.ts';
import { Capacity } from './capacity.ts';
import { LimitShares } from './limit-shares.ts';
import { LoadState } from './load-state.ts';

/** One process that keeps its limits alone. */
function capacityOf(limits: NonNullable<Deployment['limits']>) {
  const clock = { now: 1_000_000 };
  const now = () => clock.now;
  const deployment = { ...candidate('d').deployment, limits };
  const state = new LoadState();
  state.configure(deployment);
  const shares = new LimitShares(undefined, {
    used: () => state.inFlight,
    freeInMs: () => undefined,
    configured: () => undefined,
    waitedFor: () => undefined,
    grown: () => undefined,
    now,
  });
  const capacity = new Capacity(shares, now);
  return {
    clock,
    state,
    begin: (tokens: number) => state.began(tokens, clock.now),
    full: (tokens: number) => capacity.full(deployment, state, tokens),
    unused: (tokens: number) => capacity.full(deployment, undefined, tokens),
    headroom: () => capacity.headroom(deployment, state),
    slots: () => capacity.slots(deployment, state),
  };
}

test('requests and tokens count against the limit until they are a minute old', () => {
  const { clock, begin, full, headroom } = capacityOf({ rpm: 2, tpm: 1_000 });
  begin(600);
  assert.deepEqual(full(500), { limit: 'tpm', of: 1_000, waitMs: 61_000 });
  assert.equal(headroom(), 0.4);
  begin(100);
  assert.deepEqual(full(10), { limit: 'rpm', of: 2, waitMs: 61_000 });
  assert.equal(headroom(), 0);
  clock.now += 61_000;
  assert.equal(full(500), undefined);
  assert.equal(headroom(), 1);
});

test('a call that by itself exceeds a limit would wait forever, even at an unused deployment', () => {
  const { unused } = capacityOf({ tpm: 1_000 });
  assert.deepEqual(unused(1_001), { limit: 'tpm', of: 1_000, waitMs: Infinity });
  assert.equal(unused(1_000), undefined);
});

test('of a configured and a learned number of concurrent calls the lower one holds', () => {
  const { state, begin, full, slots } = capacityOf({ concurrency: 3 });
  for (let calls = 0; calls < 3; calls += 1) begin(10);
  assert.deepEqual(full(10), { limit: 'concurrency', of: 3 });
  state.ended();
  assert.equal(full(10), undefined);
  state.refused({ tokens: 10, others: 2, at: 1_000_000 });
  assert.deepEqual(full(10), { limit: 'concurrency', of: 2, learned: true });
  assert.equal(slots(), 2);
});

test('the headroom is the smallest share that is left of any limit', () => {
  const { state, begin, headroom } = capacityOf({ rpm: 10, concurrency: 4 });
  assert.equal(headroom(), 1);
  for (let calls = 0; calls < 3; calls += 1) begin(10);
  assert.equal(headroom(), 0.25, 'one of four concurrent calls');
  for (let calls = 0; calls < 3; calls += 1) state.ended();
  assert.equal(headroom(), 0.7, 'seven of ten calls a minute');
});

test('a deployment without limits has no headroom to speak of', () => {
  const { begin, headroom, full, slots } = capacityOf({});
  begin(10);
  assert.equal(headroom(), undefined);
  assert.equal(full(1e9), undefined);
  assert.equal(slots(), Infinity);
});
