import assert from 'node:assert/strict';
import { test } from 'node:test';
import { candidate } from '../../../../test/support/policy-candidates.ts';
import { Secret } from '../../../core/credential.ts';
import type { Deployment } from '../../../core/deployment.ts';
import { currentDeployments } from '../current-deployments.ts';
import { DeploymentLoad } from './deployment-load.ts';
import type { GivenSlot } from './waiting-line.ts';

const limited = (limits: NonNullable<Deployment['limits']>, id = 'd'): Deployment => ({
  ...candidate(id).deployment,
  limits,
});
const free = candidate('free').deployment;

const at = (deployment: Deployment, tokens = 10) => ({ deployment, tokens });

function loadAt() {
  const clock = { now: 1_000_000 };
  return { clock, load: new DeploymentLoad({ now: () => clock.now }) };
}

test("tokens are counted by estimate first and by the provider's usage in the end", () => {
  const { load } = loadAt();
  const d = limited({ tpm: 1_000 });
  const slot = load.take(d, 600);
  assert.equal(load.full(d, 500)?.limit, 'tpm');
  slot.leave(100);
  assert.equal(load.full(d, 500), undefined);
  slot.leave(1_000);
  assert.equal(load.full(d, 500), undefined, 'a slot is released only once');
  assert.deepEqual(load.full(d, 1_001), { limit: 'tpm', of: 1_000, waitMs: Infinity });
});

test('a slot is held until the end of the answer, then handed to the next call in line', async () => {
  const { load } = loadAt();
  const d = limited({ concurrency: 1 });
  const slot = load.take(d, 10);
  assert.deepEqual(load.full(d, 10), { limit: 'concurrency', of: 1 });
  const wish = { ms: 60_000, signal: new AbortController().signal };
  const order: string[] = [];
  const noted = (name: string) => (given: GivenSlot | undefined) => {
    order.push(name);
    return given;
  };
  const first = load.slotAt([at(d)], wish).then(noted('first'));
  const second = load.slotAt([at(free), at(d)], wish).then(noted('second'));
  assert.equal(
    load.turnInMs(d),
    3_000,
    'two are ahead of the next one: a second for each, and one of its own',
  );
  slot.leave();
  assert.equal(load.full(d, 10)?.of, 1, 'it is taken before a new call can come');
  (await first)?.slot.leave();
  assert.equal((await second)?.deployment, d);
  assert.deepEqual(order, ['first', 'second']);
});

test('a call that was refused with a slot goes before calls that wait for their first one', async () => {
  const { load } = loadAt();
  const d = limited({ concurrency: 2 });
  const slots = [load.take(d, 10), load.take(d, 10)];
  const over = new AbortController();
  const wish = { ms: 60_000, signal: over.signal };
  const order: string[] = [];
  const waiting = ['first', 'second'].map((name) => load.slotAt([at(d)], wish).then(() => order.push(name)));
  assert.deepEqual([load.turnInMs(d), load.turnInMs(d, { goesFirst: true })], [1_500, 500]);
  waiting.push(load.slotAt([at(d)], { ...wish, goesFirst: true }).then(() => order.push('again')));
  assert.deepEqual([load.turnInMs(d), load.turnInMs(d, { goesFirst: true })], [2_000, 1_000]);
  slots[0]?.leave();
  await waiting[2];
  slots[1]?.leave();
  await waiting[0];
  assert.deepEqual(order, ['again', 'first']);
  assert.equal(load.turnInMs(d, { goesFirst: true }), 500);
  over.abort();
});

test('a small call does not overtake a larger one that waits for tokens', async () => {
  const { load } = loadAt();
  const d = limited({ concurrency: 1, tpm: 1_000 });
  const over = new AbortController();
  const wish = { ms: 60_000, signal: over.signal };
  const slot = load.take(d, 100);
  const given: string[] = [];
  for (const [name, tokens] of [
    ['large', 950],
    ['small', 10],
  ] as const)
    void load.slotAt([at(d, tokens)], wish).then((one) => one && given.push(name));
  slot.leave(100);
  await new Promise(setImmediate);
  assert.equal(load.full(d, 10), undefined, 'there is room for the small one');
  assert.deepEqual(given, []);
  over.abort();
});

test('calls in line that a minute holds up are served as soon as it has room again', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 });
  const load = new DeploymentLoad({ now: Date.now });
  const d = limited({ concurrency: 1, rpm: 2 });
  const over = new AbortController();
  const wish = { ms: 150_000, signal: over.signal };
  const running = load.take(d, 10);
  t.mock.timers.tick(5_000);
  const [second, third] = [load.slotAt([at(d)], wish), load.slotAt([at(d)], wish)];
  let served = 0;
  for (const call of [third, load.slotAt([at(d)], wish)]) void call.then((given) => given && (served += 1));
  running.leave();
  (await second)?.slot.leave();
  t.mock.timers.tick(55_999);
  await new Promise(setImmediate);
  assert.equal(served, 0);
  t.mock.timers.tick(1);
  (await third)?.slot.leave();
  t.mock.timers.tick(4_999);
  await new Promise(setImmediate);
  assert.equal(served, 1);
  t.mock.timers.tick(1);
  await new Promise(setImmediate);
  assert.equal(served, 2);
});

test('a call in line is served if the one before it, which waited for tokens, gives up', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 });
  const load = new DeploymentLoad({ now: Date.now });
  const d = limited({ concurrency: 1, tpm: 1_000 });
  const { signal } = new AbortController();
  const slot = load.take(d, 100);
  const large = load.slotAt([at(d, 950)], { ms: 5_000, signal });
  const small = load.slotAt([at(d, 10)], { ms: 10_000, signal });
  slot.leave(100);
  t.mock.timers.tick(5_000);
  assert.equal(await large, undefined);
  t.mock.timers.tick(1);
  assert.equal((await small)?.deployment, d);
});

test('a call in line that exceeds a lowered limit by itself does not hold up the others', async () => {
  const current = currentDeployments();
  const load = new DeploymentLoad({ now: () => 1_000_000, current });
  const configure = (deployment: Deployment) => {
    current.replace({ withId: () => deployment, usesAccount: () => true });
    load.retain();
  };
  const d = limited({ concurrency: 1, tpm: 1_000 });
  configure(d);
  const slot = load.take(d, 100);
  const wish = { ms: 60_000, signal: new AbortController().signal };
  const [large, small] = [load.slotAt([at(d, 900)], wish), load.slotAt([at(d, 10)], wish)];
  configure(limited({ concurrency: 1, tpm: 500 }));
  slot.leave();
  assert.equal(await large, undefined);
  assert.equal((await small)?.deployment, d);
});

test('a failed try for one more slot sends no waiting call away', async () => {
  const { load } = loadAt();
  const over = new AbortController();
  const wish = { ms: 4_000, signal: over.signal };
  const slots = Array.from({ length: 9 }, () => load.take(free, 10));
  slots.pop()?.leave(0, 'refused');
  let sentAway = 0;
  for (let i = 0; i < 16; i += 1) void load.slotAt([at(free)], wish).then(() => (sentAway += 1));
  slots.pop()?.leave(0, 'refused');
  await new Promise(setImmediate);
  assert.deepEqual([load.full(free, 10)?.of, sentAway], [7, 0]);
  over.abort();
});

test('a call that may also go elsewhere keeps waiting if slots turn out to be missing', async () => {
  const { load } = loadAt();
  const elsewhere = limited({ concurrency: 1 }, 'elsewhere');
  const over = new AbortController();
  const wish = { ms: 4_000, signal: over.signal };
  const busy = load.take(elsewhere, 10);
  const slots = Array.from({ length: 9 }, () => load.take(free, 10));
  slots.pop()?.leave(0, 'refused');
  for (let i = 0; i < 15; i += 1) void load.slotAt([at(free)], wish);
  const waiting = load.slotAt([at(free), at(elsewhere)], wish);
  for (let i = 0; i < 6; i += 1) slots.pop()?.leave(0, 'refused');
  busy.leave();
  assert.equal((await waiting)?.deployment, elsewhere);
  over.abort();
});

test('if slots turn out to be missing, waiting calls are rejected at once, from the end of the line', async () => {
  const { load } = loadAt();
  const over = new AbortController();
  const wish = { ms: 4_000, signal: over.signal };
  const slots = Array.from({ length: 9 }, () => load.take(free, 10));
  slots.pop()?.leave(0, 'refused');
  assert.equal(load.full(free, 10)?.of, 8);
  const answers: (GivenSlot | undefined)[] = [];
  // With eight slots of a second each, sixteen calls get their turn within two seconds.
  for (let i = 0; i < 16; i += 1) void load.slotAt([at(free)], wish).then((given) => answers.push(given));
  for (let i = 0; i < 4; i += 1) slots.pop()?.leave(0, 'refused');
  await new Promise(setImmediate);
  assert.deepEqual(
    answers,
    Array.from({ length: 8 }, () => undefined),
  );
  assert.equal(load.full(free, 10)?.of, 4);
  assert.equal(load.turnInMs(free), 2_250, 'eight of them are still waiting');
  over.abort();
});

test('a wait ends when its time is over or its caller leaves', async () => {
  const { load } = loadAt();
  const d = limited({ concurrency: 1 });
  load.take(d, 10);
  const { signal } = new AbortController();
  assert.equal(await load.slotAt([at(d)], { ms: 1, signal }), undefined);
  const caller = new AbortController();
  const waiting = load.slotAt([at(d)], { ms: 60_000, signal: caller.signal });
  caller.abort();
  assert.equal(await waiting, undefined);
  assert.equal(load.turnInMs(d), 1_000, 'the line is empty');
});

test('estimates the wait for a slot from how long recent answers took', () => {
  const { clock, load } = loadAt();
  const d = limited({ concurrency: 4 });
  for (let i = 0; i < 60; i += 1) {
    const slot = load.take(d, 10);
    clock.now += 200;
    slot.leave(10, 'answered');
  }
  assert.equal(Math.round(load.turnInMs(d)), 50);
});

test("learns a provider's concurrency from its refusals, tries more again, and forgets the limit", () => {
  const { clock, load } = loadAt();
  const slots = Array.from({ length: 5 }, () => load.take(free, 10));
  for (const slot of slots.splice(0, 2)) slot.leave(0, 'refused');
  assert.deepEqual(load.full(free, 10), { limit: 'concurrency', of: 3, learned: true });
  for (let round = 0; round < 4; round += 1) {
    slots.shift()?.leave(10, 'answered');
    slots.push(load.take(free, 10));
  }
  assert.equal(load.full(free, 10), undefined, 'after as many answers as slots, one more is tried');
  slots.push(load.take(free, 10));
  assert.deepEqual(load.full(free, 10), { limit: 'concurrency', of: 4, learned: true });
  clock.now += 61_000;
  slots.shift()?.leave(10, 'answered');
  for (let i = 0; i < 50; i += 1) load.take(free, 10);
  assert.equal(load.full(free, 10), undefined);
});

test('limits that a provider reports apply until they reset, and only as advice', () => {
  const { clock, load } = loadAt();
  load.learn(free, { requests: { limit: 50, remaining: 1, resetsInMs: 5_000 }, tokens: { remaining: 800 } });
  assert.equal(load.spent(free, 500), false);
  assert.equal(load.of(free)?.headroom, 0.02);
  load.take(free, 500);
  assert.equal(load.spent(free, 500), true, 'the one remaining request is in progress');
  assert.equal(load.full(free, 500), undefined);
  clock.now += 5_000;
  assert.equal(load.spent(free, 300), false);
  assert.equal(load.spent(free, 301), true, 'tokens reset after the usual minute');
  clock.now += 60_000;
  assert.equal(load.spent(free, 1e6), false);
});

test('limits that a provider reported or showed to a former key do not hold for the next one', () => {
  const withKey = (key: string): Deployment => ({
    ...free,
    credential: { secret: new Secret(key), label: 'KEY' },
  });
  const [old, renewed] = [withKey('old'), withKey('new')];
  const current = currentDeployments();
  const load = new DeploymentLoad({ now: () => 1_000_000, current });
  const configure = (deployment: Deployment) => {
    current.replace({ withId: () => deployment, usesAccount: () => true });
    load.retain();
  };
  configure(old);
  const [first, second] = [load.take(old, 10), load.take(old, 10)];
  second.leave(0, 'refused');
  load.learn(old, { requests: { limit: 9, remaining: 0 } });
  configure(withKey('old'));
  assert.deepEqual(load.full(old, 10), { limit: 'concurrency', of: 1, learned: true });
  assert.equal(load.spent(old, 10), true);
  configure(renewed);
  assert.equal(load.full(renewed, 10), undefined);
  assert.equal(load.spent(renewed, 10), false);
  const third = load.take(renewed, 10);
  load.learn(old, { requests: { limit: 9, remaining: 0 } });
  first.leave(0, 'refused');
  assert.equal(load.full(renewed, 10), undefined, 'what calls from before the change still show');
  assert.equal(load.spent(renewed, 10), false);
  third.leave();
  assert.equal(load.of(renewed)?.inFlight, 0);
});
