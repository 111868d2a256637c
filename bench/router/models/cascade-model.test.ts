import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acceptAnswers, fitCascade, playCascade, type Trial, trialAnswer } from './cascade-model.ts';
import { promisingModels, searchCascade } from './cascade-search.ts';

/**
 * Two cheap models, each right three times in four with independent errors, and a strong one, always right and a
 * hundred times as expensive.
 */
const trials: Trial[] = Array.from({ length: 400 }, (_, row) => {
  const answer = (right: boolean, wrong: string, cost: number, chars = 100) =>
    trialAnswer({ text: right ? 'right' : wrong, score: Number(right), cost, chars });
  return {
    answers: [
      answer(row % 4 !== 0, 'left', 0.001),
      answer(row % 5 !== 0, 'up', 0.001),
      answer(true, '', 0.1),
    ],
  };
});

test('accepts the agreement of two cheap models, and asks the strong one if they disagree', () => {
  const { table } = fitCascade(trials, { order: [0, 1, 2], lambda: 2 });
  const agreed = trials[1];
  const split = trials[4];
  assert.ok(agreed && split);
  assert.equal(acceptAnswers(table, agreed, 1).accept, false);
  const { accept, probability } = acceptAnswers(table, agreed, 2);
  assert.ok(accept && probability > 0.9, `${probability}`);
  assert.deepEqual(playCascade(table, agreed), { score: 1, cost: 0.002, calls: 2 });
  assert.deepEqual(playCascade(table, split), { score: 1, cost: 0.001 + 0.001 + 0.1, calls: 3 });
});

test('accepts the first answer if a success is worth little', () => {
  const { table, cost } = fitCascade(trials, { order: [0, 1, 2], lambda: 1000 });
  assert.ok(trials.every((trial) => playCascade(table, trial).calls === 1));
  assert.ok(Math.abs(cost - 0.001) < 1e-9);
});

test('a fit achieves what it predicts on similar trials', () => {
  const half = trials.filter((_, row) => row % 40 < 20);
  const { table, score, cost } = fitCascade(half, { order: [0, 1, 2], lambda: 2 });
  const played = trials.map((trial) => playCascade(table, trial));
  const mean = (of: 'score' | 'cost') => played.reduce((sum, one) => sum + one[of], 0) / played.length;
  assert.ok(Math.abs(mean('score') - score) < 0.02);
  assert.ok(Math.abs(mean('cost') - cost) < 0.005);
});

test('the search finds a pair that is only good together', () => {
  const { table } = searchCascade(trials, { candidates: [0, 1, 2], lambda: 2 });
  assert.deepEqual(table.order, [0, 1, 2]);
});

test('a model that is more expensive and worse than others is not tried', () => {
  const worse = trials.map(({ answers }) => ({
    answers: [...answers, trialAnswer({ text: 'x', score: 0, cost: 1, chars: 1 })],
  }));
  assert.deepEqual(promisingModels(worse, 4, 3).toSorted(), [0, 1, 2]);
});

test('a state that no trial reached uses the overall mean', () => {
  const { table } = fitCascade(trials, { order: [0, 1, 2], lambda: 2 });
  const silent = {
    answers: [0, 1, 2].map(() => trialAnswer({ text: undefined, score: 0, cost: 0, chars: 9999 })),
  };
  assert.equal(acceptAnswers(table, silent, 1).leader, 0);
  assert.equal(playCascade(table, silent).calls, 3);
});
