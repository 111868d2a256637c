import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PromptCache } from '../prompt-cache.ts';
import type { World } from '../compose.ts';
import { errorRate, errs, mistake } from './judgement.ts';

const questions = 20_000;

for (const correlation of [0, 0.3, 0.6, 0.9, 1]) {
  test(`with a setting of ${correlation} the errors of two models have that correlation`, () => {
    const world = worldOf(correlation);
    for (const rate of [0.1, 0.34]) {
      const a = errorsOf(world, 'model-a', rate);
      const b = errorsOf(world, 'model-b', rate);
      // The estimated correlation of such rare events deviates by about 1/√(n·rate); five times that never happens.
      const bound = 5 / Math.sqrt(questions * rate);
      assert.ok(Math.abs(phi(a, b) - correlation) < bound, `${phi(a, b)} at rate ${rate}`);
    }
  });
}

test('a model errs at its rate, whatever the correlation', () => {
  for (const correlation of [0, 0.5, 1]) {
    const wrong = errorsOf(worldOf(correlation), 'model-a', 0.2).filter(Boolean).length;
    const bound = 5 * Math.sqrt(questions * 0.2 * 0.8);
    assert.ok(Math.abs(wrong - questions * 0.2) < bound, `${wrong} of ${questions}`);
  }
});

test('fully correlated models make the same mistakes, independent ones seldom', () => {
  const same = (correlation: number): number => {
    const world = worldOf(correlation);
    const pick = (who: string, index: number): number => Math.floor(mistake(world, who, `q${index}`) * 4);
    return (
      Array.from({ length: 2_000 }, (_, index) => pick('a', index) === pick('b', index)).filter(Boolean)
        .length / 2_000
    );
  };
  assert.equal(same(1), 1);
  assert.ok(Math.abs(same(0) - 0.25) < 5 * Math.sqrt((0.25 * 0.75) / 2_000));
});

test('another seed leads to other errors', () => {
  const one = errorsOf(worldOf(0.3, 1), 'model-a', 0.3);
  const two = errorsOf(worldOf(0.3, 2), 'model-a', 0.3);
  assert.ok(Math.abs(phi(one, two)) < 5 / Math.sqrt(questions * 0.3));
});

test('the harder the question and the weaker the model, the more likely the error', () => {
  assert.ok(errorRate(0.94, 0.9) > errorRate(0.94, 0.3));
  assert.ok(errorRate(0.66, 0.5) > errorRate(0.94, 0.5));
  assert.equal(Math.round(errorRate(0.84, 0.5) * 100), 16);
  assert.ok(errorRate(0.1, 1) <= 0.95);
});

function worldOf(correlation: number, seed = 7): World {
  return { seed, correlation, now: () => 0, cache: new PromptCache(false) };
}

function errorsOf(world: World, who: string, rate: number): boolean[] {
  return Array.from({ length: questions }, (_, index) => errs(world, who, `question ${index}`, rate));
}

/** Pearson's correlation of two series of booleans. */
function phi(a: readonly boolean[], b: readonly boolean[]): number {
  const share = (row: readonly boolean[]): number => row.filter(Boolean).length / row.length;
  const both = a.filter((value, index) => value && b[index]).length / a.length;
  const [pa, pb] = [share(a), share(b)];
  return (both - pa * pb) / Math.sqrt(pa * (1 - pa) * pb * (1 - pb));
}
