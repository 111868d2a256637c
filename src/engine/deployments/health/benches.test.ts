import assert from 'node:assert/strict';
import { test } from 'node:test';
import { candidate } from '../../../../test/support/policy-candidates.ts';
import { accountAt } from '../../../core/accounts/account-at.ts';
import { addressKey } from '../../../core/accounts/address-key.ts';
import type { ErrorCode } from '../../../core/errors.ts';
import { Secret } from '../../../core/credential.ts';
import type { Deployment } from '../../../core/deployment.ts';
import { Benches } from './benches.ts';
import { atCallersExpense } from '../access/at-callers-expense.ts';
import { currentDeployments } from '../current-deployments.ts';
import type { Refusal } from './refusal.ts';

const deployment = (id: string, key: string): Deployment => ({
  ...candidate(id).deployment,
  credential: { secret: new Secret(key), label: `LABEL_OF_${id}` },
});
const endpoints: Deployment['endpoints'] = [{ dialect: 'openai-chat', baseUrl: 'https://api.example/v1' }];
const [one, two, other] = [deployment('one', 'k1'), deployment('two', 'k1'), deployment('three', 'k2')];

function benchesAt() {
  const clock = { now: 1_000_000 };
  const benches = new Benches(() => clock.now);
  const refuse = (of: Refusal['of'], forMs: number, at = one, code: ErrorCode = 'provider_quota') =>
    benches.refused(at, { of, forMs, code });
  const isBenched = (at: Deployment) => benches.until(at) > clock.now;
  return { clock, benches, refuse, isBenched };
}

test('a refused credential benches every deployment that shares it; a refused deployment only itself', () => {
  const { clock, benches, refuse, isBenched } = benchesAt();
  refuse('credential', 300_000);
  assert.deepEqual([one, two, other].map(isBenched), [true, true, false]);
  const [dead] = benches.deadCredentials();
  assert.deepEqual([dead?.credential, dead?.code], ['LABEL_OF_one', 'provider_quota']);
  assert.ok(!JSON.stringify(dead).includes('k1'));
  clock.now += 1;
  benches.answered(two, clock.now);
  assert.deepEqual([one, two, other].map(isBenched), [false, false, false], 'one answer ends it for all');
  assert.deepEqual(benches.deadCredentials(), []);
  refuse('deployment', 5_000);
  assert.deepEqual([one, two, other].map(isBenched), [true, false, false]);
});

test('an answer ends the benches of its own deployment and account only', () => {
  const { clock, benches, refuse, isBenched } = benchesAt();
  refuse('credential', 300_000, one);
  refuse('credential', 300_000, other, 'provider_auth');
  refuse('deployment', 300_000, two);
  clock.now += 1;
  benches.answered(one, clock.now);
  assert.deepEqual([one, two, other].map(isBenched), [false, true, true]);
  assert.ok(benches.lastEnd > clock.now, 'the others are still looked up');
  benches.answered(two, clock.now);
  assert.deepEqual([one, two, other].map(isBenched), [false, false, true]);
  assert.ok(benches.lastEnd > clock.now);
  benches.answered(other, clock.now);
  assert.equal(benches.lastEnd, 0);
});

test('benches above a minute are for other processes to know, short ones and those of local servers are not', () => {
  const { clock, benches, refuse } = benchesAt();
  const local = { ...one, provider: { ...one.provider, local: true } };
  for (const [forMs, at, shared] of [
    [60_000, one, false],
    [60_001, one, true],
    [300_000, local, false],
  ] as const) {
    assert.equal(refuse('deployment', forMs, at) !== undefined, shared);
    clock.now += 1;
    const ended = benches.answered(at, clock.now);
    assert.equal(ended !== undefined, shared, 'and so is their end');
    if (ended) assert.deepEqual([ended.deployment, ended.benchedUntil], ['one', 0]);
  }
});

test('a short refusal does not shorten a long bench, and both end with an answer', () => {
  const { clock, benches, refuse, isBenched } = benchesAt();
  refuse('deployment', 3_600_000);
  clock.now += 10;
  refuse('deployment', 5_000);
  clock.now += 10_000;
  assert.equal(isBenched(one), true);
  assert.equal(
    benches.answered(one, clock.now - 10_000),
    undefined,
    'this call was sent before it was refused',
  );
  assert.ok(benches.answered(one, clock.now), 'other processes know of the long one');
  assert.equal(isBenched(one), false);
});

test('processes with different keys for one deployment do not end or extend the bench of the other', () => {
  const { clock, benches, refuse, isBenched } = benchesAt();
  const elsewhere = deployment('one', 'k2');
  const bench = refuse('deployment', 90_000);
  assert.ok(bench);
  benches.receive({ ...bench, account: accountAt(elsewhere), benchedUntil: clock.now + 600_000 });
  assert.deepEqual([isBenched(one), isBenched(elsewhere)], [true, true]);
  clock.now += 1;
  benches.answered(one, clock.now);
  assert.deepEqual([isBenched(one), isBenched(elsewhere)], [false, true]);
  benches.receive({ ...bench, account: accountAt(elsewhere), benchedAt: clock.now, benchedUntil: 0 });
  assert.equal(isBenched(elsewhere), false);
});

test('an end from another process leaves a later bench as it is', () => {
  const { clock, benches, refuse, isBenched } = benchesAt();
  const bench = refuse('credential', 300_000);
  assert.ok(bench);
  benches.receive({ ...bench, benchedAt: clock.now, benchedUntil: 0 });
  assert.equal(isBenched(one), true);
  benches.receive({ ...bench, benchedAt: clock.now + 1, benchedUntil: 0 });
  assert.equal(isBenched(one), false);
});

test('knows when the last bench ends, or that the last one has ended early', () => {
  const { clock, benches, refuse } = benchesAt();
  const start = clock.now;
  assert.equal(benches.lastEnd, 0);
  refuse('deployment', 5_000);
  refuse('credential', 300_000, other);
  assert.equal(benches.lastEnd, start + 300_000);
  clock.now += 1;
  benches.answered(one, clock.now);
  benches.answered(other, clock.now);
  assert.equal(benches.lastEnd, 0);
});

test('benches that are over are forgotten when the next one begins', () => {
  const { clock, benches, refuse } = benchesAt();
  refuse('credential', 300_000);
  clock.now += 300_000;
  refuse('deployment', 5_000, other);
  assert.equal(benches.until(one), 0);
  assert.equal(benches.until(other), clock.now + 5_000);
});

test('what an earlier configuration shows benches no deployment of the current one', () => {
  const current = currentDeployments();
  const benches = new Benches(() => 1_000_000, current);
  const renewed = deployment('one', 'renewed');
  current.replace({ withId: () => renewed, usesAccount: (account) => account === accountAt(renewed) });
  const bench = benches.refused(one, { of: 'deployment', forMs: 90_000, code: 'provider_quota' });
  assert.deepEqual([bench, benches.until(renewed), benches.lastEnd], [undefined, 0, 0]);
  benches.refused(one, { of: 'credential', forMs: 90_000, code: 'provider_auth' });
  assert.deepEqual(benches.deadCredentials(), [], 'its former key is not reported');
});

test('a credential is benched at the address that refused it, for every process and for calls from before a move', () => {
  const { clock, benches, refuse, isBenched } = benchesAt();
  const at = (id: string, baseUrl: string) => ({
    ...deployment(id, 'k1'),
    endpoints: [{ dialect: 'openai-chat' as const, baseUrl }],
  });
  const [wrong, right, sibling] = [
    at('one', 'http://wrong'),
    at('one', 'http://right'),
    at('two', 'http://wrong'),
  ];
  const bench = refuse('credential', 300_000, wrong, 'provider_auth');
  assert.deepEqual([wrong, right, sibling].map(isBenched), [true, false, true]);
  clock.now += 1;
  benches.answered(right, clock.now);
  assert.deepEqual([wrong, right, sibling].map(isBenched), [true, false, true]);
  refuse('credential', 300_000, right, 'provider_auth');
  assert.deepEqual([wrong, right, sibling].map(isBenched), [true, true, true]);
  assert.equal(benches.deadCredentials().length, 1, 'it is one key');
  const { benches: elsewhere } = benchesAt();
  assert.ok(bench);
  elsewhere.receive(bench);
  assert.deepEqual(
    [wrong, right].map((place) => elsewhere.until(place) > clock.now),
    [true, false],
  );
});

test("an address is read once for all calls with callers' own keys, which make new deployments for each call", () => {
  const { refuse, benches } = benchesAt();
  refuse('credential', 300_000, other);
  let reads = 0;
  const provider = {
    ...one.provider,
    get headers() {
      reads += 1;
      return { 'x-project': 'p1' };
    },
  };
  const ours = ['one', 'two', 'three'].map((id) => ({ ...deployment(id, 'k1'), provider, endpoints }));
  const calls = ['mine', 'yours'].map((key) =>
    atCallersExpense(ours, new Map([[provider.id, new Secret(key)]])),
  );
  for (const call of calls) for (const theirs of call) assert.equal(benches.until(theirs), 0);
  assert.equal(reads, 2, 'once for the address, once for what it says of keys');
  const moved = { ...one, provider, endpoints, headers: { 'x-project': 'p2' } };
  const [keyed] = calls.map(([theirs]) => theirs);
  assert.ok(keyed);
  assert.notEqual(addressKey(moved), addressKey(keyed), 'other headers, another address');
  assert.equal(reads, 3);
});
