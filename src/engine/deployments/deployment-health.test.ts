import assert from 'node:assert/strict';
import { test } from 'node:test';
import { candidate } from '../../../test/support/policy-candidates.ts';
import { ConclaveError, type ErrorCode } from '../../core/errors.ts';
import { Secret, type Deployment } from '../../core/provider.ts';
import { credentialKey } from '../../core/credential-key.ts';
import { currentDeployments } from './current-deployments.ts';
import { deploymentHealth } from './deployment-health.ts';

const deployment = (id: string, key?: string): Deployment => ({
  ...candidate(id).deployment,
  ...(key !== undefined && { credential: { secret: new Secret(key), label: `LABEL_OF_${id}` } }),
});

function healthAt() {
  const clock = { now: 1_000_000 };
  const health = deploymentHealth(() => clock.now);
  const d = deployment('d');
  const fail = (code: ErrorCode, retryAfterMs?: number, sentAt = clock.now) =>
    health.failed(
      d,
      new ConclaveError(code, 'x', retryAfterMs === undefined ? {} : { retryAfterMs }),
      sentAt,
    );
  const timeOut = (sentAt: number) => fail('provider_timeout', undefined, sentAt);
  /** An answer to a call that was sent after everything so far, or at `sentAt`. */
  const succeed = (firstByteMs: number, sentAt = (clock.now += 1)) =>
    health.succeeded(d, { sentAt, firstByteMs, stream: true });
  return { clock, health, d, fail, timeOut, succeed, healthy: () => health.of(d).healthy };
}

test('five consecutive failures open the breaker for a while; a success closes it', () => {
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
  assert.equal(healthy(), true, 'after a success the count starts over');
});

test("after a breaker's rest one call probes, and each failed probe makes the next rest longer", () => {
  const { clock, health, d, fail, succeed, healthy } = healthAt();
  const probes = () => {
    if (!healthy()) return false;
    health.asking(d);
    return true;
  };
  for (let i = 0; i < 5; i += 1) fail('provider_timeout');
  clock.now += 15_000;
  assert.equal(health.allHealthy, true);
  assert.deepEqual([probes(), probes(), probes()], [true, false, false]);
  assert.equal(health.allHealthy, false);
  clock.now += 29_999;
  fail('provider_timeout');
  clock.now += 29_999;
  assert.equal(probes(), false, 'the probe has failed');
  clock.now += 1;
  assert.deepEqual([probes(), probes()], [true, false]);
  succeed(10);
  assert.deepEqual([probes(), probes()], [true, true]);
});

test('late failures of calls sent before the probe neither void its answer nor open the breaker again', () => {
  const { clock, health, d, timeOut, succeed, healthy } = healthAt();
  const begin = clock.now;
  for (let n = 0; n < 5; n += 1) timeOut(begin - 60_000);
  clock.now += 10_000;
  timeOut(begin - 50_000);
  clock.now += 5_000;
  assert.equal(healthy(), true, 'the rest is no longer than before');
  health.asking(d);
  clock.now += 500;
  timeOut(begin - 44_500);
  clock.now += 500;
  succeed(1_000, begin + 15_000);
  assert.equal(healthy(), true, 'the probe was answered');
  for (let n = 0; n < 5; n += 1) timeOut(begin - 40_000 + n);
  assert.equal(healthy(), true);
  for (let n = 0; n < 5; n += 1) timeOut(begin + 15_001 + n);
  assert.equal(healthy(), false, 'these were sent after the probe');
});

test('a deployment that answers nine of ten overlapping calls is soon healthy again', () => {
  const { clock, health, d, timeOut, succeed, healthy } = healthAt();
  const begin = clock.now;
  for (let n = 0; n < 5; n += 1) timeOut(begin);
  for (let sent = 15_000; sent <= 20_000; sent += 100) {
    clock.now = begin + sent;
    health.asking(d);
    const ended = begin + sent - 2_000;
    if (ended < begin + 15_000) continue;
    if ((sent / 100) % 10 === 0) timeOut(ended);
    else succeed(2_000, ended);
  }
  assert.equal(healthy(), true);
});

test('an inconclusive probe is replaced by another one a second later', () => {
  const { clock, health, d, fail, healthy } = healthAt();
  for (let i = 0; i < 5; i += 1) fail('provider_timeout');
  clock.now += 15_000;
  const sentAt = clock.now;
  health.asking(d);
  health.undecided(d, sentAt - 1);
  clock.now += 1_000;
  assert.equal(healthy(), false, 'that was another call');
  health.undecided(d, sentAt);
  assert.equal(healthy(), false);
  clock.now += 1_000;
  assert.equal(healthy(), true);
});

test('an answer ends no bench that began after its call was sent', () => {
  const refusals: [ErrorCode, number][] = [
    ['provider_rate_limited', 1],
    ['provider_forbidden', 1],
    ['provider_auth', 1],
    ['provider_error', 5],
  ];
  for (const [code, times] of refusals) {
    const { clock, fail, succeed, healthy } = healthAt();
    const sentAt = clock.now;
    clock.now += 10;
    for (let i = 0; i < times; i += 1) fail(code);
    clock.now += 10;
    succeed(20, sentAt);
    assert.equal(healthy(), false, `${code}: sent before`);
    succeed(20);
    assert.equal(healthy(), true, `${code}: sent after`);
  }
});

test('a refused key is benched at its first failure, a rate limit for as long as it states', () => {
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

test('a refused key benches every deployment that shares it, used or not, and no other', () => {
  const { health, clock } = healthAt();
  const [used, unused, other] = [deployment('one', 'k1'), deployment('two', 'k1'), deployment('three', 'k2')];
  health.failed(used, new ConclaveError('provider_quota', 'x'), clock.now);
  assert.equal(health.of(used).healthy, false);
  assert.equal(health.of(unused).healthy, false);
  assert.equal(health.of(other).healthy, true);
  const [dead] = health.deadCredentials();
  assert.equal(dead?.credential, 'LABEL_OF_one');
  assert.equal(dead?.code, 'provider_quota');
  assert.ok(!JSON.stringify(dead).includes('k1'));
  clock.now += 1;
  health.succeeded(unused, { sentAt: clock.now, firstByteMs: 20, stream: true });
  assert.equal(health.of(used).healthy, true, 'one answer ends the bench of the key for all');
  assert.deepEqual(health.deadCredentials(), []);
  health.failed(used, new ConclaveError('provider_rate_limited', 'x'), clock.now);
  assert.equal(health.of(unused).healthy, true, 'a rate limit concerns only the deployment');
  clock.now += 1;
});

test('latency rises at once and falls slowly, and so does the speed of answers', () => {
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

test('waits are kept separately for streams and whole answers, and forgotten after a minute', () => {
  const { health, d, clock } = healthAt();
  health.succeeded(d, { sentAt: clock.now, firstByteMs: 3_000, stream: false });
  health.succeeded(d, { sentAt: clock.now, firstByteMs: 200, stream: true });
  assert.deepEqual(health.of(d).waits, {
    whole: { ms: 3_000, at: clock.now },
    stream: { ms: 200, at: clock.now },
  });
  clock.now += 60_000;
  health.succeeded(d, { sentAt: clock.now, firstByteMs: 1_000, stream: false });
  assert.equal(health.of(d).waits?.whole?.ms, 2_600);
  clock.now += 60_001;
  health.succeeded(d, { sentAt: clock.now, firstByteMs: 1_000, stream: false });
  assert.equal(health.of(d).waits?.whole?.ms, 1_000);
  health.waitedInVain(d, 5_000.2, false);
  assert.equal(health.of(d).waits?.whole?.ms, 5_001, 'a call that was given up would have taken even longer');
});

/** A deployment at an address; all of them have the same key. */
const addressed = (id: string, baseUrl: string): Deployment => ({
  ...deployment(id, 'key'),
  endpoints: [{ dialect: 'openai-chat', baseUrl }],
});

const auth = new ConclaveError('provider_auth', 'x');

/** A health of which the configuration can be replaced. */
function configurable(...first: readonly Deployment[]) {
  const clock = { now: 1_000_000 };
  const current = currentDeployments();
  const health = deploymentHealth(() => clock.now, current);
  const configure = (...deployments: readonly Deployment[]) => {
    current.replace({
      withId: (id) => deployments.find((one) => one.id === id),
      usesAccount: (account) => deployments.some((one) => credentialKey(one) === account),
    });
    health.retain();
  };
  configure(...first);
  const shown = () => [...health.entries()].map(([id, { healthy, lastError }]) => [id, healthy, lastError]);
  return { clock, health, configure, shown };
}

test('after a change of the configuration a deployment is judged by its current key, before any call', () => {
  const [old, renewed] = [deployment('d', 'dead-key'), deployment('d', 'new-key')];
  const sharing = deployment('e', 'dead-key');
  const { clock, health, configure, shown } = configurable(old, sharing);
  health.failed(old, auth, clock.now);
  health.failed(sharing, auth, clock.now);
  configure(renewed, sharing);
  assert.deepEqual(shown(), [['e', false, 'provider_auth']]);
  assert.equal(health.of(renewed).healthy, true);
  assert.equal(health.deadCredentials().length, 1, 'another deployment still has it');
  configure(renewed, deployment('e', 'new-key'));
  assert.deepEqual(shown(), []);
  assert.deepEqual(health.deadCredentials(), []);
});

test('a call from before the change says nothing about the new key or address', () => {
  const [old, renewed] = [deployment('d', 'dead-key'), deployment('d', 'new-key')];
  const { clock, health, configure, shown } = configurable(old);
  configure(renewed);
  health.failed(old, auth, clock.now);
  for (let i = 0; i < 5; i += 1) health.failed(old, new ConclaveError('provider_error', 'x'), clock.now);
  assert.deepEqual(shown(), []);
  assert.equal(health.of(renewed).healthy, true);
  health.succeeded(renewed, { sentAt: clock.now + 1, firstByteMs: 10, stream: true });
  health.failed(old, new ConclaveError('provider_forbidden', 'x'), clock.now + 2);
  assert.deepEqual(shown(), [['d', true, undefined]]);
  assert.deepEqual(health.deadCredentials(), []);
});

test('a key that was refused at one address is asked at the next, and what the old one was measured at is forgotten', () => {
  const at = (baseUrl: string) => addressed('d', baseUrl);
  const { clock, health, configure, shown } = configurable(at('http://wrong'));
  health.succeeded(at('http://wrong'), { sentAt: clock.now, firstByteMs: 9_000, stream: true });
  health.failed(at('http://wrong'), auth, (clock.now += 1));
  configure(at('http://wrong'));
  assert.deepEqual(shown(), [['d', false, 'provider_auth']], 'nothing has changed');
  configure(at('http://right'));
  assert.deepEqual(shown(), []);
  assert.deepEqual(health.deadCredentials(), []);
  assert.equal(health.of(at('http://right')).firstByteMs, undefined);
});

test('a new address is tried with a refused key; where the key was refused and nothing changed, it stays benched', () => {
  const [a, b, moved] = [
    addressed('a', 'http://one'),
    addressed('b', 'http://two'),
    addressed('b', 'http://three'),
  ];
  const ofKey = {
    account: credentialKey(a),
    provider: a.provider.id,
    credential: 'KEY',
    code: 'provider_auth',
  } as const;
  for (const refused of [[a], [a, b], 'by another process'] as const) {
    const { clock, health, configure } = configurable(a, b);
    for (const each of [a, b]) health.waitedInVain(each, 5, false);
    if (refused === 'by another process')
      health.hear({ ...ofKey, benchedAt: clock.now, benchedUntil: clock.now + 90_000, saidAt: clock.now });
    else for (const each of refused) health.failed(each, auth, clock.now);
    clock.now += 1;
    configure(a, moved);
    assert.equal(health.of(a).healthy, false);
    assert.equal(health.isBenched(moved), false);
    assert.equal(health.deadCredentials().length, 1);
    clock.now += 1;
    health.failed(moved, auth, clock.now);
    assert.equal(health.of(moved).healthy, false, 'the key is refused at the new address too');
    configure(a, b);
    health.succeeded(b, { sentAt: (clock.now += 1), firstByteMs: 10, stream: true });
    assert.equal(health.of(a).healthy, true, 'an answer anywhere ends the bench');
  }
});

test('a key that was refused only at an address that has changed is tried everywhere', () => {
  const [a, wrong, right] = [
    addressed('a', 'http://a'),
    addressed('b', 'http://wrong'),
    addressed('b', 'http://right'),
  ];
  const { clock, health, configure } = configurable(a, wrong);
  health.succeeded(a, { sentAt: clock.now, firstByteMs: 10, stream: true });
  health.failed(wrong, auth, (clock.now += 1));
  assert.equal(health.of(a).healthy, false);
  configure(a, right);
  assert.deepEqual([health.of(a).healthy, health.of(right).healthy], [true, true]);
  assert.deepEqual(health.deadCredentials(), []);
});

test('a refused key that only an earlier configuration had is not reported, whoever found it', () => {
  const { clock, health } = configurable(deployment('d', 'key'));
  const ofFormer = {
    account: 'p former',
    provider: 'p',
    credential: 'FORMER',
    code: 'provider_auth',
  } as const;
  health.hear({ ...ofFormer, benchedAt: clock.now, benchedUntil: clock.now + 90_000, saidAt: clock.now });
  assert.deepEqual(health.deadCredentials(), []);
});

test('reports all deployments healthy only while no breaker, limit or refused key is active', () => {
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
