import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guardArm, type Arm } from './guard-arm.ts';
import { seededRandom } from '../../../test/support/seeded-random.ts';

type Qualities = Readonly<Record<Arm, number>>;

/** Rated calls of one key through its own guard. */
function ratedCalls(seed: number) {
  const random = seededRandom(seed);
  const arms = guardArm();
  /** Runs until `stop` returns true, and returns how many calls that took and how many of them the learned arm had. */
  return (quality: Qualities, most: number, stop: (tripped: boolean) => boolean = () => false) => {
    let learned = 0;
    for (let at = 0; at < most; at++) {
      if (stop(arms.trippedFor('key'))) return { calls: at, learned, arms };
      const { arm } = arms.next(random, 'key');
      learned += Number(arm === 'learned');
      arms.record(arm, { keyId: 'key', score: random() < quality[arm] ? 1 : 0 });
    }
    return { calls: most, learned, arms };
  };
}

const seeds = Array.from({ length: 40 }, (_, at) => at + 1);
const isTripped = (tripped: boolean) => tripped;
const letGo = (tripped: boolean) => !tripped;
/** The number below which this share of the seeds stay. */
const among = (counts: readonly number[], share: number) =>
  counts.toSorted((a, b) => a - b)[Math.ceil(share * counts.length) - 1] ?? Infinity;

test('learned choices that clearly do worse lose their calls within a few hundred rated calls, and regain them once they recover', () => {
  const first: number[] = [];
  const later: number[] = [];
  const back: number[] = [];
  for (const seed of seeds) {
    first.push(ratedCalls(seed)({ learned: 0.3, guard: 0.8 }, 5_000, isTripped).calls);
    const play = ratedCalls(seed);
    play({ learned: 0.85, guard: 0.8 }, 3_000);
    later.push(play({ learned: 0.3, guard: 0.8 }, 5_000, isTripped).calls);
    const { learned, arms } = play({ learned: 0.3, guard: 0.8 }, 1_000);
    assert.ok(learned < 400, `${learned} of 1000 calls went where they fare badly`);
    assert.equal(guardArm(arms.snapshot()).trippedFor('key'), arms.trippedFor('key'));
    back.push(play({ learned: 0.85, guard: 0.8 }, 5_000, letGo).calls);
  }
  const seen = [first, later, back].map((counts) => [among(counts, 0.5), among(counts, 0.95)]);
  const [[soon = 0, slow = 0] = [], [soonAfter = 0, slowAfter = 0] = [], [, slowBack = 0] = []] = seen;
  assert.ok(soon <= 200 && slow <= 600, `from the first call on: ${soon}, ${slow}`);
  assert.ok(soonAfter <= 160 && slowAfter <= 300, `after 3,000 good ones: ${soonAfter}, ${slowAfter}`);
  assert.ok(slowBack <= 600, `back after ${slowBack}`);
});

test('if the work becomes harder for both, the guard trips hardly ever, although it has older outcomes', () => {
  const harder = [
    [0.95, 0.6],
    [0.9, 0.5],
    [0.95, 0.7],
  ] as const;
  for (const [easy, hard] of harder) {
    const trips = seeds.filter((seed) => {
      const play = ratedCalls(seed);
      play({ learned: easy, guard: easy }, 5_000);
      return play({ learned: hard, guard: hard }, 1_000, isTripped).calls < 1_000;
    });
    assert.ok(trips.length <= 2, `${easy} to ${hard}: ${trips.length} of ${seeds.length}`);
  }
});

test('if both do equally well, 100,000 rated calls hardly ever trip the guard, and few go the other way', () => {
  let trips = 0;
  for (const [at, quality] of [0.5, 0.8, 0.8, 0.95, 0.95, 0.3].entries()) {
    const { calls, learned } = ratedCalls(100 + at)({ learned: quality, guard: quality }, 100_000, isTripped);
    trips += Number(calls < 100_000);
    assert.ok(learned > 0.95 * calls, `${learned} of ${calls}`);
  }
  assert.ok(trips <= 1, `${trips} trips`);
});

test('one key cannot trip the guard for all against the feedback of others', () => {
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
  assert.equal(arms.trippedFor('key 0'), false, 'a single complaining key does not trip it for others');
  assert.equal(arms.trippedFor('hostile'), true, 'except for its own calls');
  honest({ learned: 0.2, guard: 0.8 });
  honest({ learned: 0.2, guard: 0.8 });
  assert.equal(arms.trippedFor('newcomer'), true, 'it trips for all if the others agree');
});

test('one key cannot trip it for others that have hardly any guard calls: 2 % of their calls take long to tell', () => {
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

test('a key that praises only the guard arm trips it for no other key', () => {
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

test('the state stays small however many keys give feedback', () => {
  const arms = guardArm();
  for (let at = 0; at < 5_000; at++) arms.record('learned', { keyId: `key ${at}`, score: 1 });
  assert.ok(JSON.stringify(arms.snapshot()).length < 5_000);
});

test('feedback of many keys trips it, whichever of them are tracked individually, and that of one among them does not', () => {
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
