import assert from 'node:assert/strict';
import { test } from 'node:test';
import { candidate } from '../../test/policy-candidates.ts';
import type { Deployment } from '../core/provider.ts';
import { deploymentLoad } from './deployment-load.ts';

const limited = (limits: NonNullable<Deployment['limits']>, id = 'd'): Deployment => ({
  ...candidate(id).deployment,
  limits,
});
const free = candidate('free').deployment;

function loadAt() {
  const clock = { now: 1_000_000 };
  return { clock, load: deploymentLoad(() => clock.now) };
}

test('requests of a minute are counted until they are a minute old', () => {
  const { clock, load } = loadAt();
  const d = limited({ rpm: 2 });
  load.take(d, 10).leave();
  load.take(d, 10).leave();
  assert.deepEqual(load.full(d, 10), { limit: 'rpm', of: 2, waitMs: 61_000 });
  assert.equal(load.of(d).headroom, 0);
  clock.now += 61_000;
  assert.equal(load.full(d, 10), undefined);
  assert.equal(load.of(d).headroom, 1);
});

test('tokens are counted by their estimate at first and by the provider in the end', () => {
  const { load } = loadAt();
  const d = limited({ tpm: 1_000 });
  const place = load.take(d, 600);
  assert.equal(load.full(d, 500)?.limit, 'tpm');
  place.leave(100);
  assert.equal(load.full(d, 500), undefined);
  place.leave(1_000);
  assert.equal(load.full(d, 500), undefined, 'a place is given back once');
  assert.deepEqual(load.full(d, 1_001), { limit: 'tpm', of: 1_000, waitMs: Infinity });
});

test('places at one time are counted to the end of the answer, and whoever waits is told first come, first served', async () => {
  const { load } = loadAt();
  const d = limited({ concurrency: 1 });
  const place = load.take(d, 10);
  assert.deepEqual(load.full(d, 10), { limit: 'concurrency', of: 1 });
  const { signal } = new AbortController();
  const order: string[] = [];
  const first = load.freed([d], 60_000, signal).then(() => order.push('first'));
  const second = load.freed([free, d], 60_000, signal).then(() => order.push('second'));
  place.leave();
  await first;
  assert.deepEqual(order, ['first']);
  load.take(d, 10).leave();
  await second;
  assert.deepEqual(order, ['first', 'second']);
});

test('a wait ends with its time and with its caller', async () => {
  const { load } = loadAt();
  const d = limited({ concurrency: 1 });
  load.take(d, 10);
  await load.freed([d], 1, new AbortController().signal);
  const caller = new AbortController();
  const waiting = load.freed([d], 60_000, caller.signal);
  caller.abort();
  await waiting;
});

test('what a provider says of its limits counts until it resets, and is advice only', () => {
  const { clock, load } = loadAt();
  load.learn(free, { requests: { limit: 50, remaining: 1, resetsInMs: 5_000 }, tokens: { remaining: 800 } });
  assert.equal(load.spent(free, 500), false);
  assert.equal(load.of(free).headroom, 0.02);
  load.take(free, 500);
  assert.equal(load.spent(free, 500), true, 'the one request that was left is under way');
  assert.equal(load.full(free, 500), undefined);
  clock.now += 5_000;
  assert.equal(load.spent(free, 300), false);
  assert.equal(load.spent(free, 301), true, 'tokens reset after the usual minute');
  clock.now += 60_000;
  assert.equal(load.spent(free, 1e6), false);
});
