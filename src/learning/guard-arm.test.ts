import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guardArm, type Arm } from './guard-arm.ts';
import { seededRandom } from '../../test/support/seeded-random.ts';

test('learned choices that do worse than the guard lose their calls, and get them back when they recover', () => {
  const random = seededRandom(2);
  const arms = guardArm();
  const play = (calls: number, quality: { learned: number; guard: number }) => {
    let learned = 0;
    for (let at = 0; at < calls; at++) {
      const { arm } = arms.next(random, 'key');
      learned += Number(arm === 'learned');
      arms.record(arm, { keyId: 'key', score: random() < quality[arm] ? 1 : 0 });
    }
    return learned / calls;
  };
  assert.ok(play(3000, { learned: 0.85, guard: 0.8 }) > 0.95);
  assert.equal(arms.trippedFor('key'), false);
  play(1500, { learned: 0.3, guard: 0.8 });
  assert.equal(arms.trippedFor('key'), true);
  assert.ok(play(500, { learned: 0.3, guard: 0.8 }) < 0.1);
  play(60_000, { learned: 0.9, guard: 0.8 });
  assert.equal(arms.trippedFor('key'), false);
  assert.equal(guardArm(arms.snapshot()).trippedFor('key'), false);
});

test('one key cannot turn everybody over to the guard against what the others say', () => {
  const random = seededRandom(3);
  const arms = guardArm();
  const honest = (quality: Readonly<Record<Arm, number>>) => {
    for (let at = 0; at < 300; at++)
      for (const arm of ['learned', 'guard'] as const)
        arms.record(arm, { keyId: `key ${at % 3}`, score: random() < quality[arm] ? 1 : 0 });
  };
  honest({ learned: 0.85, guard: 0.8 });
  for (let at = 0; at < 2_000; at++) {
    arms.record('learned', { keyId: 'hostile', score: 0 });
    arms.record('guard', { keyId: 'hostile', score: 1 });
  }
  assert.equal(arms.trippedFor('key 0'), false, 'who complains alone is not believed');
  assert.equal(arms.trippedFor('hostile'), true, 'but for its own calls');
  honest({ learned: 0.2, guard: 0.8 });
  honest({ learned: 0.2, guard: 0.8 });
  assert.equal(arms.trippedFor('newcomer'), true, 'where the others say it too, it is so');
});

test('the others need not know the guard arm to be safe from one key: 2 % of their calls is slow to tell', () => {
  const arms = guardArm();
  for (const key of ['a', 'b', 'c']) {
    for (let at = 0; at < 450; at++) arms.record('learned', { keyId: key, score: 1 });
    for (let at = 0; at < 9; at++) arms.record('guard', { keyId: key, score: 1 });
  }
  for (let at = 0; at < 60; at++) arms.record('learned', { keyId: 'hostile', score: 0 });
  for (let at = 0; at < 31; at++) arms.record('guard', { keyId: 'hostile', score: 1 });
  const seen = ['a', 'newcomer', undefined, 'hostile'].map((key) => arms.trippedFor(key));
  assert.deepEqual(seen, [false, false, false, true]);
  const again = guardArm(arms.snapshot());
  assert.deepEqual([again.trippedFor('a'), again.trippedFor('hostile')], [false, true]);
});

test('a key that praises the guard arm alone turns nobody over to it', () => {
  const random = seededRandom(5);
  const arms = guardArm();
  for (let at = 0; at < 900; at++) {
    const keyId = `key ${at % 3}`;
    arms.record('learned', { keyId, score: random() < 0.8 ? 1 : 0 });
    if (at % 9 === 0) arms.record('guard', { keyId, score: random() < 0.8 ? 1 : 0 });
  }
  for (let at = 0; at < 500; at++) arms.record('guard', { keyId: 'flatterer', score: 1 });
  assert.equal(arms.trippedFor('key 0'), false);
});

test('the state stays small however many keys speak', () => {
  const arms = guardArm();
  for (let at = 0; at < 5_000; at++) arms.record('learned', { keyId: `key ${at}`, score: 1 });
  assert.ok(JSON.stringify(arms.snapshot()).length < 5_000);
});

test('the word of many keys trips it, whichever of them have a place of their own, and one among them does not', () => {
  const arms = guardArm();
  const say = (keyId: string, times: number, score: number) => {
    for (let at = 0; at < times; at++) {
      arms.record('learned', { keyId, score });
      arms.record('guard', { keyId, score: 0.8 });
    }
  };
  for (let key = 0; key < 60; key++) say(`key ${key}`, 5, 0.8);
  say('hostile', 2_000, 0);
  assert.equal(arms.trippedFor(undefined), false);
  for (let key = 30; key < 90; key++) say(`key ${key}`, 20, 0);
  assert.equal(arms.trippedFor(undefined), true);
});
