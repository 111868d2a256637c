import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinClusters, type PairComparison } from './join-clusters.ts';

/** Compares the pairs that are listed as "a b score", equal ones with "=". */
function known(...pairs: string[]) {
  const comparisons = new Map<string, PairComparison>();
  for (const pair of pairs) {
    const [a, b, score, equal] = pair.split(' ');
    comparisons.set(`${a} ${b}`, { score: Number(score), areEqual: equal === '=' });
  }
  return (a: number, b: number) => comparisons.get(`${a} ${b}`);
}

test('joins the likeliest pair first, and only clusters whose members can all be compared', () => {
  const joined = joinClusters(4, known('0 1 1 =', '1 2 2 =', '0 3 0', '2 3 0 ='));
  assert.deepEqual(joined.clusters, [[0], [1, 2], [3]]);
  assert.deepEqual(joined.pairs, [{ a: 0, b: 2, score: 0, areEqual: false }]);
});

test('two clusters are as likely as their likeliest pair, and equal if any pair is', () => {
  const all = known('0 1 9 =', '0 2 1 =', '1 2 5', '0 3 1', '1 3 2', '2 3 3');
  assert.deepEqual(joinClusters(4, all), {
    clusters: [[0, 1, 2], [3]],
    pairs: [{ a: 0, b: 1, score: 3, areEqual: false }],
  });
  // The joined pair gets the score of its unequal members, and so is joined before a likelier equal one.
  const overtaken = known('0 1 9 =', '0 2 1 =', '1 2 5', '2 3 3 =');
  assert.deepEqual(joinClusters(4, overtaken).clusters, [[0, 1, 2], [3]]);
});

test('in a tie, those that come first are joined first', () => {
  assert.deepEqual(joinClusters(3, known('0 1 1 =', '0 2 1 =')).clusters, [[0, 1], [2]]);
  assert.deepEqual(joinClusters(3, known('0 2 1 =', '1 2 1 =')).clusters, [[0, 2], [1]]);
});

test('joins the reports of five reviewers that count up alike', () => {
  const reporters = 5;
  const compare = (a: number, b: number) =>
    a % reporters === b % reporters
      ? undefined
      : { score: -Math.abs(a - b), areEqual: Math.trunc(a / reporters) === Math.trunc(b / reporters) };
  const before = process.threadCpuUsage();
  const { clusters } = joinClusters(400, compare);
  const { user, system } = process.threadCpuUsage(before);
  assert.equal(clusters.length, 80);
  // It takes 50 ms; comparing all clusters again after every join would take half a minute.
  assert.ok(user + system < 2_000_000, `took ${user + system} µs`);
});
