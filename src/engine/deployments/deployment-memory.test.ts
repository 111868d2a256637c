import assert from 'node:assert/strict';
import { test } from 'node:test';
import { candidate } from '../../../test/support/policy-candidates.ts';
import { accountAt } from '../../core/accounts/account-at.ts';
import { ConclaveError } from '../../core/errors.ts';
import { Secret } from '../../core/credential.ts';
import type { Deployment } from '../../core/deployment.ts';
import { deploymentMemory } from './deployment-memory.ts';

const deployment = (id: string, key: string, baseUrl = 'http://one'): Deployment => ({
  ...candidate(id).deployment,
  endpoints: [{ dialect: 'openai-chat', baseUrl }],
  credential: { secret: new Secret(key), label: `LABEL_OF_${id}` },
});

const auth = new ConclaveError('provider_auth', 'x');

/** A memory whose configuration can be replaced. */
function configurable(...first: readonly Deployment[]) {
  const clock = { now: 1_000_000 };
  const memory = deploymentMemory(() => clock.now);
  const configure = (...deployments: readonly Deployment[]) =>
    memory.retain({
      withId: (id) => deployments.find((one) => one.id === id),
      usesAccount: (account) => deployments.some((one) => accountAt(one) === account),
    });
  configure(...first);
  const shown = () => memory.standings().map(({ id, healthy, lastError }) => [id, healthy, lastError]);
  return { ...memory, clock, configure, shown };
}

test('after a change of the configuration a deployment is judged by its current key, before any call', () => {
  const [old, renewed] = [deployment('d', 'dead-key'), deployment('d', 'new-key')];
  const sharing = deployment('e', 'dead-key');
  const { clock, health, configure, shown, deadCredentials } = configurable(old, sharing);
  health.failed(old, auth, clock.now);
  health.failed(sharing, auth, clock.now);
  configure(renewed, sharing);
  assert.deepEqual(shown(), [['e', false, 'provider_auth']]);
  assert.equal(health.isBenched(renewed), false);
  assert.equal(deadCredentials().length, 1, 'another deployment still has it');
  configure(renewed, deployment('e', 'new-key'));
  assert.deepEqual(shown(), []);
  assert.deepEqual(deadCredentials(), []);
});

test('a call from before the change says nothing about the new key or address', () => {
  const [old, renewed] = [deployment('d', 'dead-key'), deployment('d', 'new-key')];
  const { clock, health, configure, shown, deadCredentials } = configurable(old);
  configure(renewed);
  health.failed(old, auth, clock.now);
  for (let i = 0; i < 5; i += 1) health.failed(old, new ConclaveError('provider_error', 'x'), clock.now);
  assert.deepEqual(shown(), []);
  assert.equal(health.isBenched(renewed), false);
  health.succeeded(renewed, clock.now + 1);
  health.failed(old, new ConclaveError('provider_forbidden', 'x'), clock.now + 2);
  assert.deepEqual(shown(), [['d', true, undefined]]);
  assert.deepEqual(deadCredentials(), []);
  const moved = deployment('d', 'new-key', 'http://two');
  configure(moved);
  health.failed(
    renewed,
    new ConclaveError('provider_rate_limited', 'x', { retryAfterMs: 90_000 }),
    clock.now,
  );
  assert.equal(health.isBenched(moved), false);
});

test('a key that was refused at one address is asked at the next, and what the old one was measured at is forgotten', () => {
  const at = (baseUrl: string) => deployment('d', 'key', baseUrl);
  const { clock, askedDeployments, health, configure, shown, stats, deadCredentials } = configurable(
    at('http://wrong'),
  );
  askedDeployments.of(at('http://wrong')).pace.began(9_000, { stream: true, at: clock.now });
  health.failed(at('http://wrong'), auth, (clock.now += 1));
  configure(at('http://wrong'));
  assert.deepEqual(shown(), [['d', false, 'provider_auth']], 'nothing has changed');
  configure(at('http://right'));
  assert.deepEqual(shown(), []);
  assert.deepEqual(deadCredentials(), []);
  assert.equal(stats.of(at('http://right')).firstByteMs, undefined);
});

test('a new address is tried with a refused key; where the key was refused and nothing changed, it stays benched', () => {
  const [a, b, moved] = [
    deployment('a', 'key', 'http://one'),
    deployment('b', 'key', 'http://two'),
    deployment('b', 'key', 'http://three'),
  ];
  const { clock, health, configure, deadCredentials } = configurable(a, b);
  for (const each of [a, b]) health.failed(each, auth, clock.now);
  clock.now += 1;
  configure(a, moved);
  assert.deepEqual([health.isBenched(a), health.isBenched(moved)], [true, false]);
  assert.equal(deadCredentials().length, 1);
  clock.now += 1;
  health.failed(moved, auth, clock.now);
  assert.equal(health.isBenched(moved), true, 'the key is refused at the new address too');
});

test('a call that is still at a former address does not bench the key at the new one', () => {
  const [wrong, right] = [deployment('d', 'key', 'http://wrong'), deployment('d', 'key', 'http://right')];
  const { clock, health, configure, shown, deadCredentials } = configurable(wrong);
  configure(right);
  health.succeeded(right, clock.now);
  health.failed(wrong, auth, (clock.now += 1));
  assert.deepEqual(shown(), [['d', true, undefined]]);
  assert.deepEqual(deadCredentials(), []);
});
