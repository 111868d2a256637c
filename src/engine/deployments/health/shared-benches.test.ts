import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withStore } from '../../../../test/support/each-backend.ts';
import { candidate } from '../../../../test/support/policy-candidates.ts';
import type { Bench } from '../../../core/stores/bench.ts';
import { ConclaveError, type ErrorCode } from '../../../core/errors.ts';
import type { BenchStore, LimitStore } from '../../../core/stores/stores.ts';
import { deploymentMemory } from '../deployment-memory.ts';
import { until } from '../../../../test/support/until.ts';

const deployment = { ...candidate('lab/m').deployment, aws: { accessKeyId: 'AKID1' } };
const sibling = { ...deployment, id: 'lab/n' };

const noLimits: LimitStore = { publish: async () => undefined, updates: async () => [] };

/** A process with its own clock, which is given the outcome of its calls. */
function process(store: BenchStore, clock: { now: number }) {
  const now = () => clock.now;
  const memory = deploymentMemory(now, { benches: store, limits: noLimits, warn: assert.ifError });
  return {
    ...memory,
    succeeds: (place = deployment) => memory.health.succeeded(place, now()),
    fails: (code: ErrorCode, retryAfterMs?: number, place = deployment) => {
      const details = retryAfterMs === undefined ? {} : { retryAfterMs };
      memory.health.failed(place, new ConclaveError(code, '', details), now());
    },
  };
}

const committed = (store: BenchStore, is: (updates: readonly Bench[]) => boolean) =>
  until(async () => is(await store.updates({ since: 0, now: 0 })), 'the store to know');

test('other processes know of an empty account and a spent deployment until one of them gets an answer', async () => {
  await withStore(async ({ benches: store }) => {
    const clock = { now: 1_760_000_000_000 };
    const [one, other] = [process(store, clock), process(store, clock)];
    await other.benches.refresh();
    const received = async (is: () => boolean) => {
      clock.now += 1_000;
      assert.equal(other.benches.refresh(), undefined, 'nobody waits');
      await until(is, 'the other process to receive it');
    };

    one.fails('provider_rate_limited', 3_600_000);
    await committed(store, (updates) => updates.length === 1);
    await received(() => other.health.isBenched(deployment));
    assert.equal(other.health.isBenched(sibling), false);
    assert.equal(other.health.isBenched({ ...deployment, aws: { accessKeyId: 'AKID2' } }), false);
    assert.equal(other.health.allHealthy, false);
    assert.deepEqual(other.deadCredentials(), []);

    clock.now += 1;
    other.succeeds();
    await committed(store, ([update]) => update?.benchedUntil === 0);
    clock.now += 1_000;
    await one.benches.refresh();
    await until(() => !one.health.isBenched(deployment), 'the answer of the other process');

    one.fails('provider_quota');
    await committed(store, (updates) => updates.length === 2);
    await received(() => other.health.isBenched(deployment));
    assert.equal(other.health.isBenched(sibling), true);
    assert.deepEqual(
      other.deadCredentials().map(({ provider, code }) => [provider, code]),
      [[deployment.provider.id, 'provider_quota']],
    );
    clock.now += 300_000;
    assert.equal(
      other.health.isBenched(deployment),
      false,
      'and no longer than in the process that found it',
    );
  });
});

test('does not share benches below a minute or of local servers, and shares a refused key only once', async () => {
  const written: Bench[] = [];
  const store: BenchStore = {
    publish: async (updates) => void written.push(...updates),
    updates: async () => [],
  };
  const clock = { now: 1_760_000_000_000 };
  const one = process(store, clock);
  one.fails('provider_rate_limited', 60_000);
  one.fails('provider_forbidden');
  for (let failures = 0; failures < 9; failures += 1) one.fails('provider_error');
  const local = { ...deployment, provider: { ...deployment.provider, local: true } };
  one.fails('provider_auth', undefined, local);
  assert.deepEqual(written, []);
  for (let tries = 0; tries < 50; tries += 1) {
    clock.now += 1_000;
    one.fails('provider_auth');
    await new Promise(setImmediate);
  }
  assert.equal(written.length, 1);
});
