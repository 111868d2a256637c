import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitTrees, scoreTrees, treeBytes } from './boosted-trees.ts';
import { seededRandom } from '../../../test/support/seeded-random.ts';

const settings = {
  copies: 2,
  rounds: 60,
  rate: 0.1,
  leaves: 8,
  minRows: 10,
  shrinkage: 5,
  featureShare: 1,
};
const random = seededRandom(3);
const columns = [0, 1, 2].map(() => Float64Array.from({ length: 2000 }, random));
const rowOf = (row: number) => columns.map((column) => column[row] ?? 0);
/** Neither of the first two numbers is informative alone; the third never is. */
const crossed = (row: number) => Number((rowOf(row)[0] ?? 0) > 0.5 === (rowOf(row)[1] ?? 0) > 0.5);
const targets = Float64Array.from({ length: 2000 }, (_, row) => crossed(row));
const fitted = [...Array(1500).keys()];
const heldBack = Array.from({ length: 500 }, (_, at) => 1500 + at);

test('trees find what two numbers predict only together, on unseen rows', () => {
  const trees = fitTrees(columns, { index: fitted, targets, settings });
  const right = heldBack.filter((row) => scoreTrees(trees, rowOf(row)) > 0.5 === (crossed(row) === 1));
  assert.ok(right.length >= 470, `${right.length} of 500`);
});

test('the same rows give the same trees, and rows outside the index change nothing', () => {
  const trees = fitTrees(columns, { index: fitted, targets, settings });
  const elsewhere = targets.map((target, row) => (row < 1500 ? target : 9));
  assert.deepEqual(fitTrees(columns, { index: fitted, targets: elsewhere, settings }), trees);
});

test('every row gets the mean if nothing distinguishes them', () => {
  const flat = [new Float64Array(2000)];
  const trees = fitTrees(flat, { index: fitted, targets, settings });
  const mean = fitted.reduce((sum, row) => sum + crossed(row), 0) / fitted.length;
  assert.ok(Math.abs(scoreTrees(trees, [123]) - mean) < 1e-6);
  assert.ok(treeBytes(trees) < 2_000);
  assert.equal(scoreTrees(fitTrees([], { index: [], targets: [], settings }), []), 0);
});
