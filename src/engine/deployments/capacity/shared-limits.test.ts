import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withStore } from '../../../../test/support/each-backend.ts';
import { candidate } from '../../../../test/support/policy-candidates.ts';
import type { RateLimits, ReportedLimit } from '../../../core/money/rate-limits.ts';
import type { LimitStore } from '../../../core/stores/stores.ts';
import { DeploymentLoad } from './deployment-load.ts';
import { isNews, sharedLimits } from './shared-limits.ts';
import { until } from '../../../../test/support/until.ts';

const { deployment } = candidate('lab/m');
const left = (remaining: number, resetsInMs = 60_000): RateLimits => ({
  requests: { limit: 100, remaining, resetsInMs },
});

/** A process with its own clock. */
function process(store: LimitStore, clock: { now: number }) {
  const written: ReportedLimit[][] = [];
  const reads: number[] = [];
  const counting: LimitStore = {
    async publish(updates, now) {
      written.push([...updates]);
      await store.publish(updates, now);
    },
    updates(options) {
      reads.push(options.since);
      return store.updates(options);
    },
  };
  const now = () => clock.now;
  const load = new DeploymentLoad({ now });
  const limits = sharedLimits(load, { store: counting, now, warn: assert.ifError });
  return { load, limits, written, reads };
}

const committed = (store: LimitStore, is: (updates: readonly ReportedLimit[]) => boolean) =>
  until(async () => is(await store.updates({ since: 0, now: 0 })), 'the store to know');

test('a process that starts knows what others have reported, and learns of updates within a second', async () => {
  await withStore(async ({ limits: store }) => {
    const clock = { now: 1_760_000_000_000 };
    const one = process(store, clock);
    one.limits.learn(deployment, left(0));
    await committed(store, (updates) => updates.length === 1);
    const other = process(store, clock);
    assert.equal(other.load.spent(deployment, 10), false);
    await other.limits.refresh();
    assert.equal(other.load.spent(deployment, 10), true);
    assert.equal(other.load.of(deployment)?.headroom, 0);
    assert.equal(other.limits.refresh(), undefined, 'a second call does not wait');
    assert.equal(other.reads.length, 1, 'and the store is read at most once a second');

    clock.now += 1_000;
    one.limits.learn(deployment, left(80));
    await committed(store, ([update]) => update?.remaining === 80);
    assert.equal(other.limits.refresh(), undefined);
    await until(() => !other.load.spent(deployment, 10), 'the news of room');
    assert.equal(other.load.of(deployment)?.headroom, 0.8);
  });
});

test('a report that is older or about another account does not replace what is known', async () => {
  await withStore(async ({ limits: store }) => {
    const clock = { now: 1_760_000_000_000 };
    const [one, other] = [process(store, clock), process(store, clock)];
    one.limits.learn(deployment, left(3));
    await committed(store, (updates) => updates.length === 1);
    clock.now += 1;
    other.limits.learn(deployment, left(50));
    await other.limits.refresh();
    assert.equal(other.load.of(deployment)?.headroom, 0.5);
    const stranger = process(store, clock);
    await stranger.limits.refresh();
    assert.equal(stranger.load.of({ ...deployment, aws: { accessKeyId: 'AKID2' } })?.headroom, undefined);
  });
});

test('a normal minute of a busy process costs a handful of writes, not one per call', async () => {
  await withStore(async ({ limits: store }) => {
    const clock = { now: 1_760_000_000_000 };
    const busy = process(store, clock);
    const resetsAt = clock.now + 60_000;
    for (let call = 0; call < 6_000; call += 1) {
      const standing = { limit: 10_000, remaining: 10_000 - call, resetsInMs: resetsAt - clock.now };
      busy.limits.learn(deployment, { requests: standing });
      if (call % 1_000 === 0) await new Promise(setImmediate);
      clock.now += 9;
    }
    assert.ok(busy.written.length <= 3, `${busy.written.length} writes`);
  });
});

test('a limit of a local server is not shared', async () => {
  await withStore(async ({ limits: store }) => {
    const one = process(store, { now: 1_760_000_000_000 });
    const local = { ...deployment, provider: { ...deployment.provider, local: true } };
    one.limits.learn(local, left(0));
    assert.equal(one.load.spent(local, 10), true);
    assert.deepEqual(one.written, []);
  });
});

test('shares a window that is new, spent, halved, doubled or larger, if it lasts until others poll', () => {
  const at = 1_760_000_000_000;
  const limit = (remaining: number, members: Partial<ReportedLimit> = {}): ReportedLimit => ({
    deployment: 'd',
    account: 'a',
    kind: 'requests',
    limit: 100,
    remaining,
    resetsAt: at + 60_000,
    reportedAt: at + 2_000,
    ...members,
  });
  const before = limit(40, { reportedAt: at });
  assert.equal(isNews(undefined, limit(40)), true);
  assert.equal(isNews(undefined, limit(40, { resetsAt: at + 2_500 })), false);
  assert.equal(isNews(before, limit(39)), false);
  assert.equal(isNews(before, limit(20)), true);
  assert.equal(isNews(before, limit(80)), true);
  assert.equal(isNews(before, limit(39, { limit: 200 })), true);
  assert.equal(isNews(before, limit(20, { reportedAt: at + 500 })), false);
  assert.equal(isNews(before, limit(0, { reportedAt: at + 500 })), true);
  assert.equal(isNews(limit(0), limit(0)), false);
  assert.equal(isNews(before, limit(39, { reportedAt: at + 61_000, resetsAt: at + 121_000 })), true);
});
