import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConclaveError, type ErrorCode } from '../core/errors.ts';
import { deploymentHealth } from './deployment-health.ts';

function healthAt() {
  const clock = { now: 1_000_000 };
  const health = deploymentHealth(() => clock.now);
  const fail = (code: ErrorCode, retryAfterMs?: number) => {
    health.started('d');
    health.failed('d', new ConclaveError(code, 'x', retryAfterMs === undefined ? {} : { retryAfterMs }));
  };
  const succeed = (firstByteMs: number) => {
    health.started('d');
    health.succeeded('d', firstByteMs);
  };
  return { clock, health, fail, succeed, healthy: () => health.of('d').healthy };
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

test('latency rises at once and falls slowly; what is under way is counted', () => {
  const { health, succeed } = healthAt();
  succeed(100);
  succeed(500);
  assert.equal(health.of('d').firstByteMs, 500);
  succeed(100);
  assert.equal(health.of('d').firstByteMs, 420);
  health.started('d');
  assert.equal(health.of('d').inFlight, 1);
  health.released('d');
  assert.equal(health.of('d').inFlight, 0);
});
