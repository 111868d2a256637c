import assert from 'node:assert/strict';
import { test } from 'node:test';
import { candidate } from '../../../test/support/policy-candidates.ts';
import { ConclaveError, type ErrorCode } from '../../core/errors.ts';
import { Secret, type Deployment } from '../../core/provider.ts';
import { deploymentHealth } from './deployment-health.ts';

const deployment = (id: string, key?: string): Deployment => ({
  ...candidate(id).deployment,
  ...(key !== undefined && { credential: { secret: new Secret(key), label: `LABEL_OF_${id}` } }),
});

function healthAt() {
  const clock = { now: 1_000_000 };
  const health = deploymentHealth(() => clock.now);
  const d = deployment('d');
  const fail = (code: ErrorCode, retryAfterMs?: number) =>
    health.failed(d, new ConclaveError(code, 'x', retryAfterMs === undefined ? {} : { retryAfterMs }));
  const succeed = (firstByteMs: number) => health.succeeded(d, firstByteMs, true);
  return { clock, health, d, fail, succeed, healthy: () => health.of(d).healthy };
}

test('five failures in a row open the breaker for a while; a success closes it', () => {
  const { clock, fail, succeed, healthy } = healthAt();
  for (let i = 0; i < 4; i += 1) fail('provider_error');
  assert.equal(healthy(), true);
  fail('provider_error');
  assert.equal(healthy(), false);
  clock.now += 15_000;
  assert.equal(healthy(), true);
  fail('provider_error');
  assert.equal(healthy(), false, 'one failed probe opens it again');
  clock.now += 15_000;
  succeed(10);
  fail('provider_error');
  assert.equal(healthy(), true, 'after a success the count begins anew');
});

test('a dead key is benched at its first failure, a rate limit for as long as it says', () => {
  const dead = healthAt();
  dead.fail('provider_auth');
  dead.clock.now += 60_000;
  assert.equal(dead.healthy(), false);

  const limited = healthAt();
  limited.fail('provider_rate_limited', 7_000);
  assert.equal(limited.healthy(), false);
  limited.clock.now += 7_000;
  assert.equal(limited.healthy(), true);
});

test('a dead key benches every deployment that shares it, used or not, and no other', () => {
  const { health, clock } = healthAt();
  const [used, unused, other] = [deployment('one', 'k1'), deployment('two', 'k1'), deployment('three', 'k2')];
  health.failed(used, new ConclaveError('provider_quota', 'x'));
  assert.equal(health.of(used).healthy, false);
  assert.equal(health.of(unused).healthy, false);
  assert.equal(health.of(other).healthy, true);
  const [dead] = health.deadCredentials();
  assert.equal(dead?.credential, 'LABEL_OF_one');
  assert.equal(dead?.code, 'provider_quota');
  assert.ok(!JSON.stringify(dead).includes('k1'));
  health.succeeded(unused, 20, true);
  assert.equal(health.of(used).healthy, true, 'one answer heals the key for all');
  assert.deepEqual(health.deadCredentials(), []);
  health.failed(used, new ConclaveError('provider_rate_limited', 'x'));
  assert.equal(health.of(unused).healthy, true, 'a rate limit is of the deployment alone');
  clock.now += 1;
});

test('latency rises at once and falls slowly, and so does the pace of answers', () => {
  const { health, d, succeed, clock } = healthAt();
  succeed(100);
  succeed(500);
  assert.equal(health.of(d).firstByteMs, 500);
  succeed(100);
  assert.equal(health.of(d).firstByteMs, 420);
  assert.equal(health.of(d).firstByteAt, clock.now);
  health.paced(d, 100, 1_000);
  health.paced(d, 200, 1_000);
  assert.equal(health.of(d).tokensPerSecond, 120);
});

test('what callers wait for is kept apart for streams and whole answers, and begins anew after a minute', () => {
  const { health, d, clock } = healthAt();
  health.succeeded(d, 3_000, false);
  health.succeeded(d, 200, true);
  assert.deepEqual(health.of(d).waits, {
    whole: { ms: 3_000, at: clock.now },
    stream: { ms: 200, at: clock.now },
  });
  clock.now += 60_000;
  health.succeeded(d, 1_000, false);
  assert.equal(health.of(d).waits?.whole?.ms, 2_600);
  clock.now += 60_001;
  health.succeeded(d, 1_000, false);
  assert.equal(health.of(d).waits?.whole?.ms, 1_000);
  health.waitedInVain(d, 5_000.2, false);
  assert.equal(health.of(d).waits?.whole?.ms, 5_001, 'whoever was given up would have taken longer yet');
});

test('a deployment is judged by the key that it has now, and the one that it had is forgotten', () => {
  const clock = { now: 1_000_000 };
  const health = deploymentHealth(() => clock.now);
  const [old, renewed] = [deployment('d', 'dead-key'), deployment('d', 'new-key')];
  const sharing = deployment('e', 'dead-key');
  health.failed(old, new ConclaveError('provider_auth', 'x'));
  health.failed(sharing, new ConclaveError('provider_auth', 'x'));
  health.succeeded(renewed, 10, true);
  assert.equal(new Map(health.entries()).get('d')?.healthy, true);
  assert.equal(health.deadCredentials().length, 1, 'another deployment still has it');
  health.succeeded(deployment('e', 'new-key'), 10, true);
  assert.deepEqual(health.deadCredentials(), []);
  assert.deepEqual(
    [...health.entries()].map(([id, { healthy, benchedUntil }]) => [id, healthy, benchedUntil]),
    [
      ['d', true, 0],
      ['e', true, 0],
    ],
  );
});

test('everybody is said to be well only while nobody is ill, breakers, limits and dead keys alike', () => {
  const codes: [ErrorCode, number][] = [
    ['provider_error', 5],
    ['provider_rate_limited', 1],
    ['provider_forbidden', 1],
    ['provider_auth', 1],
  ];
  for (const [code, times] of codes) {
    const { clock, health, fail, healthy } = healthAt();
    assert.equal(health.allHealthy, true);
    for (let n = 0; n < times; n += 1) fail(code);
    assert.equal(healthy(), false);
    assert.equal(health.allHealthy, false, code);
    clock.now += 300_000;
    assert.equal(healthy(), true);
    assert.equal(health.allHealthy, true, `${code}, after its bench`);
  }
});
