import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../../test/support/seeded-random.ts';
import type { RoutedOutcome } from '../../core/stores/router-store.ts';
import { tierPriorAt } from '../../core/routing/quality/success-prior.ts';
import { routerState } from './router-state.ts';
import { controlsOf } from './silent-answers.ts';

const base = tierPriorAt('workhorse', 'chat');

/** How often a model succeeds, and with which chance its user rates a good and a bad answer. */
type User = { readonly right: number; readonly praises: number; readonly complains: number };

/** Returns the chance of a model after a thousand calls of one user, as feedback on them is learned. */
function chanceAfter({ right, praises, complains }: User, seed = 1): number {
  const random = seededRandom(seed);
  const state = routerState();
  const unrated: string[] = [];
  let [good, bad, at] = [0, 0, 0];
  const learn = (callId: string, kind: string, score: number) =>
    state.learn({ ...answer, id: `${kind} ${callId}`, callId, kind, score, at: at++ });
  for (let call = 0; call < 1_000; call++) {
    const isRight = random() < right;
    if (random() >= (isRight ? praises : complains)) {
      unrated.push(`${call}`);
      continue;
    }
    if (isRight) good++;
    else bad++;
    learn(`${call}`, 'feedback', Number(isRight));
    if (isRight) continue;
    const habits = { good, bad, unrated: unrated.slice(-100) };
    for (const control of controlsOf({ chance: base }, habits, random)) {
      learn(control, 'unrated', 1);
      unrated.splice(unrated.indexOf(control), 1);
    }
  }
  return state.learner.estimate({ model: 'lab/one', task: 'chat', keyId: 'key', base }).mean;
}

const answer: Omit<RoutedOutcome, 'id' | 'callId' | 'kind' | 'score' | 'at'> = {
  source: 'key',
  keyId: 'key',
  model: 'lab/one',
  tier: 'workhorse',
  task: 'chat',
  tags: [],
};

test('a model keeps its chance if a user complains no more often than was expected, and praises nothing', () => {
  for (const seed of [1, 2, 3])
    for (const complains of [0.1, 0.5, 1]) {
      const chance = chanceAfter({ right: 0.97, praises: 0, complains }, seed);
      assert.ok(Math.abs(chance - base) < 0.03, `${complains}: ${chance}`);
    }
});

test('a model sinks to the share of answers that a user did not complain about', () => {
  for (const right of [0.3, 0.5, 0.7]) {
    const chance = chanceAfter({ right, praises: 0, complains: 1 });
    assert.ok(Math.abs(chance - right) < 0.1, `${right}: ${chance}`);
  }
});

test('complaints that come in a batch sink a model no further than the same complaints one by one', () => {
  for (const right of [0.5, 0.7])
    for (const seed of [1, 2, 3, 4, 5]) {
      const random = seededRandom(seed);
      const history = new Map<string, RoutedOutcome>();
      let at = 0;
      const say = (callId: string, kind: string, score: number) =>
        history.set(`${kind} ${callId}`, { ...answer, id: `${at}`, callId, kind, score, at: at++ });
      for (let batch = 0; batch < 10; batch++) {
        const calls = Array.from({ length: 100 }, (_, n) => `${batch} ${n}`);
        const unrated = [...calls];
        for (const call of calls.filter(() => random() >= right)) {
          if (unrated.includes(call)) unrated.splice(unrated.indexOf(call), 1);
          else say(call, 'unrated', 0);
          say(call, 'feedback', 0);
          for (const control of controlsOf({ chance: base }, { good: 0, bad: 1, unrated }, random)) {
            say(control, 'unrated', 1);
            unrated.splice(unrated.indexOf(control), 1);
          }
        }
      }
      const state = routerState();
      for (const outcome of history.values()) state.learn(outcome);
      const restored = routerState(JSON.parse(JSON.stringify(state.snapshot())));
      const { mean } = restored.learner.estimate({ model: 'lab/one', task: 'chat', keyId: 'key', base });
      assert.ok(Math.abs(mean - right) < 0.12, `${right}, ${seed}: ${mean}`);
    }
});

test('the ratings of a user who also praises are a sample of the answers, whether they are rated rarely or always', () => {
  for (const share of [0.1, 1])
    for (const right of [0.4, 0.6, 0.9]) {
      const chance = chanceAfter({ right, praises: share, complains: share });
      assert.ok(Math.abs(chance - right) < 0.1, `${share} of ${right}: ${chance}`);
    }
});

test('each unrated answer is drawn once for a complaint', () => {
  const unrated = ['a', 'b', 'c'];
  const drawn = controlsOf({ chance: 0.9 }, { good: 0, bad: 1, unrated }, seededRandom(1));
  assert.deepEqual(drawn.toSorted(), unrated);
  assert.deepEqual(controlsOf({ chance: 0.9 }, { good: 1, bad: 5, unrated }, seededRandom(1)), []);
});

test('complaints alone do not close a cascade: the accepted answers without one count', () => {
  const state = routerState();
  const before = state.calibration.calibrated(0.96);
  const weighed = [{ chance: 0.96, agrees: true }];
  let call = 0;
  const learn = (kind: string, score: number) => {
    call++;
    state.learn({ ...answer, id: `${call}`, callId: `${call}`, kind, score, at: call, weighed });
  };
  for (let complaint = 0; complaint < 20; complaint++) {
    learn('feedback', 0);
    for (let control = 0; control < 33; control++) learn('unrated', 1);
  }
  assert.ok(Math.abs(state.calibration.calibrated(0.96) - before) < 0.02, `${before}`);
});
