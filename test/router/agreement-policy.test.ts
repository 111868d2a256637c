import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bestAgreementPolicy, leastShareOfCost, playPolicy } from '../../bench/router/agreement-policy.ts';
import type { Column } from '../../bench/router/answer-columns.ts';

test('no order of calls is cheaper than the lower bound, and the best policy costs exactly that', () => {
  // Each cheap model is wrong on its own tenth of the questions, the expensive one never.
  const columns = [
    columnOf('cheap', 1, (row) => row % 10 !== 0),
    columnOf('other', 2, (row) => row % 10 !== 1),
    columnOf('dear', 100, () => true),
  ];
  const index = Array.from({ length: 100 }, (_, row) => row);
  // Both cheap models always, the expensive one for a fifth: if they disagree, neither is known to be right.
  assert.equal(leastShareOfCost(columns, index, { maxCalls: 3 }).toFixed(3), '0.230');
  // With two calls, the expensive model always answers, whether or not a cheap one is called before it.
  assert.ok(leastShareOfCost(columns, index, { maxCalls: 2 }) > 0.23);
});

test('the best policy scores in play what it promises, and no worse than a fixed order', () => {
  const cell = fc.record({ key: fc.nat(2), right: fc.boolean(), cost: fc.integer({ min: 1, max: 9 }) });
  fc.assert(
    fc.property(
      fc.array(fc.array(cell, { minLength: 4, maxLength: 4 }), { minLength: 1, maxLength: 12 }),
      fc.double({ min: 0.01, max: 0.2, noNaN: true }),
      (rows, lambda) => {
        const columns = Array.from({ length: 4 }, (_, model): Column => {
          const of = (value: (one: { key: number; right: boolean; cost: number }) => number) =>
            rows.map((row) => value(row[model] ?? { key: 0, right: false, cost: 1 }));
          return {
            model: String(model),
            keys: Int32Array.from(of(({ key }) => key)),
            scores: Float64Array.from(of(({ right }) => Number(right))),
            costs: Float64Array.from(of(({ cost }) => cost)),
          };
        });
        const index = [...rows.keys()];
        const policy = bestAgreementPolicy(index, { columns, maxCalls: 3, lambda });
        const worth = (play: (row: number) => { score: number; cost: number }) =>
          index.map(play).reduce((sum, { score, cost }) => sum + score - lambda * cost, 0);
        const [otherwise] = columns;
        assert.ok(otherwise);
        const played = worth((row) => playPolicy(policy, row, { columns, otherwise }));
        assert.ok(Math.abs(played - policy.value) < 1e-9, `${played}, ${policy.value}`);
        for (const order of ordersOf(columns, 3))
          assert.ok(worth((row) => untilTwoAgree(order, row)) <= policy.value + 1e-9);
      },
    ),
    { numRuns: 60 },
  );
});

function columnOf(model: string, cost: number, right: (row: number) => boolean): Column {
  const rows = Array.from({ length: 100 }, (_, row) => row);
  return {
    model,
    keys: Int32Array.from(rows, (row) => (right(row) ? 1 : 1 + cost)),
    scores: Float64Array.from(rows, (row) => Number(right(row))),
    costs: new Float64Array(100).fill(cost),
  };
}

/** Every order of up to the given number of models. */
function ordersOf(columns: readonly Column[], longest: number): Column[][] {
  if (longest === 0) return [];
  return columns.flatMap((first) => [
    [first],
    ...ordersOf(
      columns.filter((other) => other !== first),
      longest - 1,
    ).map((rest) => [first, ...rest]),
  ]);
}

function untilTwoAgree(order: readonly Column[], row: number): { score: number; cost: number } {
  let [score, cost] = [0, 0];
  const said = new Set<number>();
  for (const { keys, scores, costs } of order) {
    cost += costs[row] ?? 0;
    score = scores[row] ?? 0;
    const key = keys[row] ?? 0;
    if (key !== 0 && said.has(key)) break;
    said.add(key);
  }
  return { score, cost };
}
