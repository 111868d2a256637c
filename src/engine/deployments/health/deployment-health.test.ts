import assert from 'node:assert/strict';
import { test } from 'node:test';
import { candidate } from '../../../../test/support/policy-candidates.ts';
import { ConclaveError, type ErrorCode } from '../../../core/errors.ts';
import type { Bench } from '../../../core/stores/bench.ts';
import { AskedDeployments } from '../asked-deployments.ts';
import { Benches } from './benches.ts';
import { DeploymentHealth } from './deployment-health.ts';

const d = candidate('d').deployment;

function healthAt() {
  const clock = { now: 1_000_000 };
  const now = () => clock.now;
  const askedDeployments = new AskedDeployments();
  const published: Bench[] = [];
  const health = new DeploymentHealth({
    askedDeployments,
    benches: new Benches(now),
    now,
    publish: (bench) => void published.push(bench),
  });
  return {
    clock,
    askedDeployments,
    health,
    published,
    fail: (code: ErrorCode, retryAfterMs?: number) =>
      health.failed(
        d,
        new ConclaveError(code, 'x', retryAfterMs === undefined ? {} : { retryAfterMs }),
        clock.now,
      ),
    /** An answer to a call that was sent after everything so far, or at `sentAt`. */
    succeed: (sentAt = (clock.now += 1)) => health.succeeded(d, sentAt),
    isBenched: () => health.isBenched(d),
  };
}

/** Every kind of failure that benches a deployment, and how many of them. */
const benching: readonly (readonly [ErrorCode, number])[] = [
  ['provider_error', 5],
  ['provider_rate_limited', 1],
  ['provider_forbidden', 1],
  ['provider_auth', 1],
];

test('a deployment is benched while its breaker is open or it is refused, and only then are not all healthy', () => {
  for (const [code, times] of benching) {
    const { clock, health, fail, isBenched } = healthAt();
    assert.equal(health.allHealthy, true);
    for (let n = 0; n < times; n += 1) fail(code);
    assert.equal(isBenched(), true, code);
    assert.equal(health.allHealthy, false, code);
    clock.now = health.benchedUntil(d);
    assert.equal(isBenched(), false, code);
    clock.now += 300_000;
    assert.equal(health.allHealthy, true, `${code}, after its bench`);
  }
});

test('an answer ends no bench that began after its call was sent', () => {
  for (const [code, times] of benching) {
    const { clock, askedDeployments, fail, succeed, isBenched } = healthAt();
    const sentAt = clock.now;
    clock.now += 10;
    for (let i = 0; i < times; i += 1) fail(code);
    clock.now += 10;
    succeed(sentAt);
    assert.equal(isBenched(), true, `${code}: sent before`);
    assert.equal(askedDeployments.get('d')?.lastError, code);
    succeed();
    assert.equal(isBenched(), false, `${code}: sent after`);
    assert.equal(askedDeployments.get('d')?.lastError, undefined);
  }
});

test("after a breaker's rest the call that probes it makes other calls go elsewhere again", () => {
  const { clock, health, fail, isBenched } = healthAt();
  for (let i = 0; i < 5; i += 1) fail('provider_timeout');
  clock.now += 15_000;
  assert.deepEqual([health.allHealthy, isBenched()], [true, false]);
  const sentAt = clock.now;
  health.asking(d);
  assert.deepEqual([health.allHealthy, isBenched()], [false, true]);
  health.undecided(d, sentAt);
  clock.now += 1_000;
  assert.equal(isBenched(), false, 'the probe has shown nothing: the next call replaces it');
});

test('a refused key is benched at its first failure, a rate limit for as long as it states', () => {
  const dead = healthAt();
  dead.fail('provider_auth');
  dead.clock.now += 60_000;
  assert.equal(dead.isBenched(), true);

  const limited = healthAt();
  limited.fail('provider_rate_limited', 7_000);
  assert.equal(limited.isBenched(), true);
  limited.clock.now += 7_000;
  assert.equal(limited.isBenched(), false);
});

test('publishes long benches and their ends', () => {
  const { published, fail, succeed } = healthAt();
  fail('provider_rate_limited', 7_000);
  succeed();
  assert.deepEqual(published, []);
  fail('provider_auth');
  succeed();
  assert.deepEqual(
    published.map(({ code, benchedUntil }) => [code, benchedUntil > 0]),
    [
      ['provider_auth', true],
      ['provider_error', false],
    ],
  );
});
