import { leastShareOfCost } from './agreement-policy.ts';
import { bestOf, type Column, columnsOf, highest, meanOf } from './answer-columns.ts';
import type { Fold } from './folds.ts';
import type { RoutingRow } from './read-rows.ts';
import { type Comparison, compareToSingle } from './task-mix.ts';

/** How the plainest cascade does beside the best single model, at two prices, with what hindsight would pay. */
export type FirstAgree = {
  readonly bestSingle: string;
  /** The cheapest pair that, with the best single model behind it, is as accurate as that one on the fitting rows. */
  readonly sameAccuracy: Comparison;
  /** Up to four cheap models before the best one: the most accurate that cost a tenth of it on the fitting rows. */
  readonly atTenth: Comparison;
  /** Whom the last fold's rules ask, in this order. */
  readonly models: { readonly sameAccuracy: readonly string[]; readonly atTenth: readonly string[] };
  readonly hindsight: Hindsight;
};

/**
 * The bounds of all rules of this kind over any models, searched and played on the very rows that are judged: nobody who
 * chooses beforehand can do better with them.
 */
export type Hindsight = {
  readonly rules: number;
  /** The least that the best single model's accuracy costs, as a share of its cost. */
  readonly costRatio: number;
  /** The most accuracy that a tenth of its cost buys, less its own. */
  readonly differenceAtTenth: number;
  /**
   * Below this share no policy that sees who agrees with whom keeps that accuracy on these rows, whomever it asks next and
   * whichever answer it gives: of up to three calls, and of up to four.
   */
  readonly leastOfAny: { readonly threeCalls: number; readonly fourCalls: number };
};

/** Cheap models cost at most this share of the best single model. */
const cheapShare = 0.13;

/** Below this accuracy a model's word is worth too little to pay for it. */
const leastAccurate = 0.8;

const tenth = 0.1;

/**
 * Models are asked in the order of their price until two have given the same answer; where none agree, the last one's is
 * taken. There is nothing to such a rule but whom to ask, and among few models at that: of the thousands of longer rules,
 * the one that looks best on the fitting rows is mostly lucky there.
 */
export function judgeFirstAgree(rows: readonly RoutingRow[], folds: readonly Fold[]): FirstAgree {
  const columns = columnsOf(rows);
  const played = folds.map(({ fit, judge }) => {
    const best = bestOf(columns, fit);
    const [score, cost] = [meanOf(best.scores, fit), meanOf(best.costs, fit)];
    const cheap = columns.filter(
      (column) =>
        meanOf(column.costs, fit) <= cheapShare * cost && meanOf(column.scores, fit) >= leastAccurate,
    );
    const pairs = tryRules(cheap, fit, { longest: 2, last: best });
    const longer = tryRules(cheap, fit, { longest: 4, last: best });
    return {
      best,
      judge,
      same: cheapest(pairs.filter((rule) => rule.score >= score))?.asked ?? [best],
      tenth: mostAccurate(longer.filter((rule) => rule.cost <= tenth * cost))?.asked ?? [best],
    };
  });
  const compare = (of: 'same' | 'tenth') => {
    const all = played.flatMap((fold) =>
      fold.judge.map((row) => ({
        ...play(fold[of], row),
        singleScore: fold.best.scores[row] ?? 0,
        singleCost: fold.best.costs[row] ?? 0,
      })),
    );
    return compareToSingle({
      score: all.map(({ score }) => score),
      cost: all.map(({ cost }) => cost),
      singleScore: all.map(({ singleScore }) => singleScore),
      singleCost: all.map(({ singleCost }) => singleCost),
      dollarsPerSuccess: undefined,
    });
  };
  const last = played.at(-1);
  const names = (asked: readonly Column[] = []) => asked.map(({ model }) => model);
  return {
    bestSingle: last?.best.model ?? '',
    sameAccuracy: compare('same'),
    atTenth: compare('tenth'),
    models: { sameAccuracy: names(last?.same), atTenth: names(last?.tenth) },
    hindsight: hindsightOf(
      columns,
      folds.flatMap(({ judge }) => judge),
    ),
  };
}

/** A rule with its mean score and cost on some rows. */
type Tried = { readonly asked: readonly Column[]; readonly score: number; readonly cost: number };

/**
 * Plays every rule over the rows at once: a longer rule only goes on with the rows that the shorter one left open. With
 * `last`, that model answers what is still open in the end; rules dearer than `most` are not followed any further.
 */
function tryRules(
  able: readonly Column[],
  index: readonly number[],
  { longest, last, most = Infinity }: { longest: number; last?: Column; most?: number },
): Tried[] {
  const tried: Tried[] = [];
  const follow = (asked: readonly Column[], open: readonly number[], score: number, cost: number) => {
    const decides = last ?? asked.at(-1);
    if (decides !== undefined && asked.length > 1) {
      const sum = (values: Float64Array) => open.reduce((total, row) => total + (values[row] ?? 0), 0);
      tried.push({
        asked: last ? [...asked, last] : asked,
        score: (score + sum(decides.scores)) / index.length,
        cost: (cost + (last ? sum(last.costs) : 0)) / index.length,
      });
    }
    if (asked.length === longest || cost > most * index.length) return;
    const from = able.findIndex((column) => column === asked.at(-1)) + 1;
    for (const next of able.slice(from)) {
      let [sum, paid] = [score, cost];
      const stillOpen: number[] = [];
      for (const row of open) {
        paid += next.costs[row] ?? 0;
        if (agrees(asked, next, row)) sum += next.scores[row] ?? 0;
        else stillOpen.push(row);
      }
      follow([...asked, next], stillOpen, sum, paid);
    }
  };
  follow([], index, 0, 0);
  return tried;
}

/** More than four others are both cheaper and better: such a model only makes the search longer. */
function isBeaten(column: Column, columns: readonly Column[], index: readonly number[]): boolean {
  const [score, cost] = [meanOf(column.scores, index), meanOf(column.costs, index)];
  const better = columns.filter(
    (other) => meanOf(other.scores, index) > score && meanOf(other.costs, index) <= cost,
  );
  return better.length > 4;
}

function agrees(asked: readonly Column[], next: Column, row: number): boolean {
  const key = next.keys[row] ?? 0;
  return key !== 0 && asked.some((column) => column.keys[row] === key);
}

/** The last of a rule is taken at its word: by then nobody has agreed, unless it agrees itself. */
function play(rule: readonly Column[], row: number): { score: number; cost: number } {
  let cost = 0;
  let score = 0;
  for (const [at, column] of rule.entries()) {
    cost += column.costs[row] ?? 0;
    score = column.scores[row] ?? 0;
    if (agrees(rule.slice(0, at), column, row)) break;
  }
  return { score, cost };
}

function hindsightOf(columns: readonly Column[], index: readonly number[]): Hindsight {
  const best = bestOf(columns, index);
  const [score, cost] = [meanOf(best.scores, index), meanOf(best.costs, index)];
  const able = columns.filter((column) => !isBeaten(column, columns, index));
  const tried = tryRules(able, index, { longest: 6, most: 0.2 * cost });
  // Sums of the same scores in another order differ in their last digits.
  const reaching = cheapest(tried.filter((rule) => rule.score >= score - 1e-9));
  const affordable = mostAccurate(tried.filter((rule) => rule.cost <= tenth * cost));
  return {
    rules: tried.length,
    costRatio: reaching === undefined ? 1 : reaching.cost / cost,
    differenceAtTenth: (affordable?.score ?? 0) - score,
    leastOfAny: {
      threeCalls: leastShareOfCost(columns, index, { mostCalls: 3 }),
      fourCalls: leastShareOfCost(columns, index, { mostCalls: 4 }),
    },
  };
}

function cheapest(rules: readonly Tried[]): Tried | undefined {
  return highest(rules, ({ cost }) => -cost);
}

function mostAccurate(rules: readonly Tried[]): Tried | undefined {
  return highest(rules, ({ score }) => score);
}
