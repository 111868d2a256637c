import { answerKey } from '../../src/learning/answer-key.ts';
import { searchCascade, promisingModels } from '../../src/learning/cascade-search.ts';
import { playCascade } from '../../src/learning/cascade-model.ts';
import { pricedModels, trialOf } from './cascades.ts';
import type { Fold } from './folds.ts';
import type { RoutingRow } from './read-rows.ts';
import { type Comparison, compareToSingle } from './task-mix.ts';

export type TwoAgree = {
  /** The pair of the last fold, and who is asked where they differ: the best single model. */
  readonly models: readonly string[];
  readonly comparison: Comparison;
  /**
   * What even hindsight pays: the cheapest cascade, searched and played on the very rows that are judged, that is as
   * accurate as the best single model, as a share of its cost.
   */
  readonly hindsightCostRatio: number;
};

/** Candidates for the pair cost at most this share of the best single model. */
const cheapShare = 0.12;

/**
 * The plainest cascade: two cheap models are asked, and what they disagree on goes to the best single model. The
 * cheapest pair that loses nothing on the fitting rows is taken; with so little to choose, what holds there holds
 * elsewhere.
 */
export function judgeTwoAgree(rows: readonly RoutingRow[], folds: readonly Fold[]): TwoAgree {
  const columns = pricedModels(rows).map((model) => columnOf(rows, model));
  const played = folds.map(({ fit, judge }) => {
    const best = highest(columns, (column) => meanOf(column.scores, fit));
    const dear = meanOf(best.costs, fit);
    const cheap = columns.filter(({ costs }) => meanOf(costs, fit) <= cheapShare * dear);
    const rules = cheap.flatMap((first, at) =>
      cheap.slice(at + 1).map((second) => ({ first, second, best })),
    );
    const holding = rules.filter((rule) => meanPlayed(rule, fit).score >= meanOf(best.scores, fit));
    const rule = highest(holding, (one) => -meanPlayed(one, fit).cost);
    return judge.map((row) => ({
      rule,
      ...play(rule, row),
      singleScore: best.scores[row] ?? 0,
      singleCost: best.costs[row] ?? 0,
    }));
  });
  const all = played.flat();
  const last = played.at(-1)?.[0]?.rule;
  return {
    models: last ? [last.first.model, last.second.model, last.best.model] : [],
    comparison: compareToSingle({
      score: all.map(({ score }) => score),
      cost: all.map(({ cost }) => cost),
      singleScore: all.map(({ singleScore }) => singleScore),
      singleCost: all.map(({ singleCost }) => singleCost),
      dollarsPerSuccess: undefined,
    }),
    hindsightCostRatio: hindsight(rows),
  };
}

/** One model on all rows; equal keys are equal answers. */
type Column = {
  readonly model: string;
  readonly keys: readonly (string | undefined)[];
  readonly scores: Float64Array;
  readonly costs: Float64Array;
};

type Rule = { readonly first: Column; readonly second: Column; readonly best: Column };

function columnOf(rows: readonly RoutingRow[], model: string): Column {
  const results = rows.map((row) => row.results.get(model));
  return {
    model,
    keys: results.map((result) => answerKey(result?.answer)),
    scores: Float64Array.from(results, (result) => result?.score ?? 0),
    costs: Float64Array.from(results, (result) => result?.cost ?? 0),
  };
}

function play({ first, second, best }: Rule, row: number): { score: number; cost: number } {
  const paid = (first.costs[row] ?? 0) + (second.costs[row] ?? 0);
  const key = first.keys[row];
  return key !== undefined && key === second.keys[row]
    ? { score: first.scores[row] ?? 0, cost: paid }
    : { score: best.scores[row] ?? 0, cost: paid + (best.costs[row] ?? 0) };
}

function meanPlayed(rule: Rule, index: readonly number[]): { score: number; cost: number } {
  let score = 0;
  let cost = 0;
  for (const row of index) {
    const played = play(rule, row);
    score += played.score;
    cost += played.cost;
  }
  return { score: score / index.length, cost: cost / index.length };
}

/** The cheapest of the cascades of up to four models that reach the best single model on these very rows. */
function hindsight(rows: readonly RoutingRow[]): number {
  const models = pricedModels(rows);
  const trials = rows.map((row) => trialOf(row, models));
  const everywhere = [...rows.keys()];
  const best = highest(
    models.map((model) => columnOf(rows, model)),
    ({ scores }) => meanOf(scores, everywhere),
  );
  const candidates = promisingModels(trials, models.length, 14);
  const ratios = [10, 20, 30, 40, 60, 80].flatMap((lambda) => {
    const { table } = searchCascade(trials, { candidates, lambda, longest: 4 });
    const played = trials.map((trial) => playCascade(table, trial));
    const score = played.reduce((sum, one) => sum + one.score, 0) / played.length;
    const cost = played.reduce((sum, one) => sum + one.cost, 0) / played.length;
    return score >= meanOf(best.scores, everywhere) - 1e-9 ? [cost / meanOf(best.costs, everywhere)] : [];
  });
  return Math.min(1, ...ratios);
}

function meanOf(values: Float64Array, index: readonly number[]): number {
  return index.reduce((sum, row) => sum + (values[row] ?? 0), 0) / index.length;
}

function highest<T>(items: readonly T[], value: (item: T) => number): T {
  const [first, ...rest] = items;
  if (first === undefined) throw new Error('nothing to choose from');
  return rest.reduce((best, item) => (value(item) > value(best) ? item : best), first);
}
