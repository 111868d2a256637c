import { type AskingPlan, askingPlanner } from './models/asking-plan.ts';
import type { Trial } from './models/cascade-model.ts';
import { promisingModels } from './models/cascade-search.ts';
import { expectedScore, fitItemResponse } from './models/item-response.ts';
import { familyOf } from './agreement.ts';
import { leastShareOfCost } from './agreement-policy.ts';
import { bestOf, type Column, columnsOf, highest, meanOf } from './answer-columns.ts';
import { type CascadeResult, trialOf } from './cascades.ts';
import type { Fold } from './folds.ts';
import type { RoutingRow } from './read-rows.ts';
import { type Comparison, compareToSingle } from './task-mix.ts';

/** How a plan based on item responses compares with the best single model. All choices are made on the fitting rows. */
export type Asking = Omit<CascadeResult, 'orders'> & {
  /** Chosen to spend at most a tenth of the best single model's cost. */
  readonly atTenth: Comparison;
  /** The models that the last fold's plan of the same accuracy asks, and for which share of the questions. */
  readonly asked: Readonly<Record<string, number>>;
};

/**
 * Below this share of the best single model's cost, no policy that observes which answers agree keeps its accuracy,
 * whichever model it asks next, whichever answer it gives, and even if it is chosen on the judged rows: with up to
 * three calls, and with up to four.
 */
export type LeastShares = { readonly threeCalls: number; readonly fourCalls: number };

const tenth = 0.1;
const maxCalls = 4;

/** Prices: a success is worth one over these, in mean costs of the best single model. */
const prices = Array.from({ length: 49 }, (_, step) => 0.01 * 1.1 ** step);

/**
 * Judges plans that select the next model to ask. Only the price of a success is chosen, by the plans' results on the
 * fitting rows: so little is fitted that these results are hardly better than elsewhere, which is not true of a search
 * among rules or orders of models.
 */
export function judgeAsking(rows: readonly RoutingRow[], folds: readonly Fold[]): Asking {
  const columns = columnsOf(rows);
  const trials = rows.map((row) =>
    trialOf(
      row,
      columns.map(({ model }) => model),
    ),
  );
  const played = folds.map((fold) => playFold(columns, trials, fold));
  const compare = (of: (fold: PlayedFold) => readonly Played[]) => {
    const results = played.flatMap(of);
    const singles = played.flatMap(({ single }) => single);
    return compareToSingle({
      score: results.map(({ score }) => score),
      cost: results.map(({ cost }) => cost),
      singleScore: singles.map(({ score }) => score),
      singleCost: singles.map(({ cost }) => cost),
      dollarsPerSuccess: undefined,
    });
  };
  const singles = played.flatMap(({ single }) => single);
  const last = played.at(-1)?.same ?? [];
  const asked = columns.map(({ model }, at) => {
    const times = last.filter((one) => one.asked.includes(at)).length;
    return [model, times / Math.max(1, last.length)] as const;
  });
  return {
    judged: singles.length,
    crossValidated: folds.length > 1,
    bestSingle: {
      model: [...new Set(played.map(({ best }) => best.model))].join(', '),
      accuracy: singles.reduce((sum, { score }) => sum + score, 0) / singles.length,
    },
    sameAccuracy: compare(({ same }) => same),
    withinOnePoint: compare(({ within }) => within),
    bestAccuracy: compare(({ most }) => most),
    atTenth: compare(({ tenth }) => tenth),
    asked: Object.fromEntries(asked.filter(([, share]) => share > 0)),
  };
}

/** Returns the bounds on the judged rows of all folds. */
export function leastShares(rows: readonly RoutingRow[], folds: readonly Fold[]): LeastShares {
  const columns = columnsOf(rows);
  const judged = folds.flatMap(({ judge }) => judge);
  return {
    threeCalls: leastShareOfCost(columns, judged, { maxCalls: 3 }),
    fourCalls: leastShareOfCost(columns, judged, { maxCalls: 4 }),
  };
}

type Played = { readonly score: number; readonly cost: number; readonly asked: readonly number[] };
type PlayedFold = Readonly<Record<'same' | 'within' | 'most' | 'tenth' | 'single', readonly Played[]>> & {
  readonly best: Column;
};

function playFold(columns: readonly Column[], trials: readonly Trial[], { fit, judge }: Fold): PlayedFold {
  const best = bestOf(columns, fit);
  const single = { score: meanOf(best.scores, fit), cost: meanOf(best.costs, fit) };
  const seen = pick(trials, fit);
  const response = fitItemResponse(seen);
  const planner = askingPlanner(response, {
    candidates: promisingModels(seen, columns.length),
    families: columns.map(({ model }) => familyOf(model)),
    maxCalls,
  });
  const plans = prices.map((price) => {
    const plan = planner(price / single.cost);
    const results = seen.map(plan.play);
    return { plan, score: averageOf(results, 'score'), cost: averageOf(results, 'cost') };
  });
  const able = plans.filter(({ score }) => score >= single.score);
  // The cheaper a plan, the likelier its good result is luck, so it must also predict that small a loss itself.
  const expected = expectedScore(response, columns.indexOf(best));
  const nearlyAble = plans.filter(
    ({ plan, score }) => score >= single.score - 0.01 && plan.expected.score >= expected - 0.01,
  );
  const affordable = plans.filter(({ cost }) => cost <= tenth * single.cost);
  const play = (tried: (typeof plans)[number] | undefined): Played[] =>
    judge.map((row) => (tried ? playRow(tried.plan, trials[row]) : alone(best, row)));
  return {
    best,
    single: judge.map((row) => alone(best, row)),
    // If none is as accurate there by chance, take the plan with the highest expected score.
    same: play(highest(able, ({ cost }) => -cost) ?? plans[0]),
    within: play(highest(nearlyAble, ({ cost }) => -cost) ?? plans[0]),
    most: play(plans[0]),
    tenth: play(highest(affordable, ({ plan }) => plan.expected.score) ?? plans.at(-1)),
  };
}

function playRow(plan: AskingPlan, trial: Trial | undefined): Played {
  return trial ? plan.play(trial) : { score: 0, cost: 0, asked: [] };
}

function alone({ scores, costs }: Column, row: number): Played {
  return { score: scores[row] ?? 0, cost: costs[row] ?? 0, asked: [] };
}

function averageOf(list: readonly Played[], of: 'score' | 'cost'): number {
  return list.reduce((sum, one) => sum + one[of], 0) / list.length;
}

function pick<T>(list: readonly T[], index: readonly number[]): T[] {
  return index.flatMap((at) => list[at] ?? []);
}
