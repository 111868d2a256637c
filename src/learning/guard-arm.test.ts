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
      const { arm } = arms.next(random);
      learned += Number(arm === 'learned');
      arms.record(arm, { keyId: 'key', score: random() < quality[arm] ? 1 : 0 });
    }
    return learned / calls;
  };
  assert.ok(play(3000, { learned: 0.85, guard: 0.8 }) > 0.95);
  assert.equal(arms.tripped, false);
  play(1500, { learned: 0.3, guard: 0.8 });
  assert.equal(arms.tripped, true);
  assert.ok(play(500, { learned: 0.3, guard: 0.8 }) < 0.1);
  play(60_000, { learned: 0.9, guard: 0.8 });
  assert.equal(arms.tripped, false);
  assert.deepEqual(guardArm(arms.snapshot()).tripped, false);
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
  assert.equal(arms.tripped, false, 'who complains alone is not believed');
  honest({ learned: 0.2, guard: 0.8 });
  honest({ learned: 0.2, guard: 0.8 });
  assert.equal(arms.tripped, true, 'where the others say it too, it is so');
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
  assert.equal(arms.tripped, false);
  for (let key = 30; key < 90; key++) say(`key ${key}`, 20, 0);
  assert.equal(arms.tripped, true);
});
