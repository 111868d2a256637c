import { playCascade, type Trial, trialAnswer } from './models/cascade-model.ts';
import { promisingModels, searchCascade } from './models/cascade-search.ts';
import { promptScanner } from '../../src/learning/features/hashed-features.ts';
import { type LinearModel, quantise, scoreLinear } from '../../src/learning/models/linear-model.ts';
import { fitSoftmax } from '../../src/learning/fitting/softmax-regression.ts';
import { hashPrompts } from '../../src/learning/features/sparse-rows.ts';
import { type Fold, foldsOf } from './folds.ts';
import type { RoutingRow } from './read-rows.ts';
import { type Comparison, compareToSingle } from './task-mix.ts';

export type CascadeResult = {
  readonly judged: number;
  readonly crossValidated: boolean;
  readonly bestSingle: { readonly model: string; readonly accuracy: number };
  /** Chosen, without the judged rows, to be as accurate as the best single model. */
  readonly sameAccuracy: Comparison;
  /** Chosen to lose at most one point. */
  readonly withinOnePoint: Comparison;
  /** Chosen for accuracy, at up to the best single model's cost. */
  readonly bestAccuracy: Comparison;
  /** Which models the last fold's cascades asked, per task. */
  readonly orders: Readonly<Record<string, readonly string[]>>;
};

/** What a success may cost: `1 / lambda` dollars. */
const lambdas = Array.from({ length: 31 }, (_, step) => 4 * 1.19 ** step);

/**
 * Judges an answer-aware cascade per task, with the task guessed from the prompt. Everything (the guess, the models,
 * when to stop, how much a success may cost) is learned on `fit` of each fold, and its `judge` rows are played once.
 */
export function judgeCascades(rows: readonly RoutingRow[], folds: readonly Fold[]): CascadeResult {
  const played = folds.map((fold) => playFold(rows, fold));
  const all = (of: (fold: FoldResult) => readonly PlayedRow[]) => compare(played.flatMap(of));
  const single = played.flatMap(({ same }) => same.rows);
  return {
    judged: single.length,
    crossValidated: folds.length > 1,
    bestSingle: {
      model: [...new Set(played.map(({ bestSingle }) => bestSingle))].join(', '),
      accuracy: single.reduce((sum, { singleScore }) => sum + singleScore, 0) / single.length,
    },
    sameAccuracy: all(({ same }) => same.rows),
    withinOnePoint: all(({ within }) => within.rows),
    bestAccuracy: all(({ best }) => best.rows),
    orders: played.at(-1)?.same.orders ?? {},
  };
}

type PlayedRow = {
  readonly score: number;
  readonly cost: number;
  readonly singleScore: number;
  readonly singleCost: number;
};
type Played = { readonly rows: readonly PlayedRow[]; readonly orders: Record<string, readonly string[]> };
type FoldResult = {
  readonly bestSingle: string;
  readonly same: Played;
  readonly within: Played;
  readonly best: Played;
};

function playFold(rows: readonly RoutingRow[], { fit, judge }: Fold): FoldResult {
  const fitted = pick(rows, fit);
  const judged = pick(rows, judge);
  const plan = planOf(fitted);
  const singleScore = meanOf(fitted, plan.bestSingle, 'score');
  // The result of the same procedure on held-out rows, without using the judged ones.
  const inner = foldsOf(
    fitted.map(({ prompt }) => prompt),
    3,
  ).map((fold) => ({ plan: planOf(pick(fitted, fold.fit)), held: pick(fitted, fold.judge) }));
  const held = new Map<number, number>();
  const heldScore = (lambda: number) => {
    const known = held.get(lambda);
    if (known !== undefined) return known;
    const played = inner.flatMap(({ plan, held }) => play(plan, held, plan.bestSingle, lambda).rows);
    const score = played.reduce((sum, row) => sum + row.score, 0) / played.length;
    held.set(lambda, score);
    return score;
  };
  const dearestWith = (score: number) => lastHolding(lambdas, (lambda) => heldScore(lambda) >= score);
  const playAt = (lambda: number) => play(plan, judged, plan.bestSingle, lambda);
  const [quality = 1] = lambdas;
  return {
    bestSingle: plan.bestSingle,
    // The held-out results come from two thirds of the other rows; a quarter of a point compensates for that.
    same: playAt(dearestWith(singleScore - 0.0025)),
    within: playAt(dearestWith(singleScore - 0.0125)),
    best: playAt(quality),
  };
}

type Plan = {
  readonly tasks: readonly Task[];
  readonly bestSingle: string;
  guess(prompt: string): number;
};

function planOf(fitted: readonly RoutingRow[]): Plan {
  const tasks = [...new Set(fitted.map(({ group }) => group))].map((task) => taskOf(task, fitted));
  return { tasks, bestSingle: bestEverywhere(fitted, tasks), guess: guessTask(fitted, tasks) };
}

/** Fits the plan's cascades at a price of success and plays them on unseen rows. */
function play(plan: Plan, rows: readonly RoutingRow[], bestSingle: string, lambda: number): Played {
  const cascades = plan.tasks.map(
    ({ trials, candidates }) => searchCascade(trials, { candidates, lambda, longest: 3 }).table,
  );
  const played = rows.flatMap((row) => {
    const task = plan.guess(row.prompt);
    const models = plan.tasks[task]?.models;
    const cascade = cascades[task];
    const single = row.results.get(bestSingle);
    if (models === undefined || cascade === undefined || single === undefined) return [];
    const { score, cost } = playCascade(cascade, trialOf(row, models));
    return [{ score, cost, singleScore: single.score, singleCost: single.cost ?? 0 }];
  });
  const orders = Object.fromEntries(
    plan.tasks.map(({ name, models }, task) => [
      name,
      (cascades[task]?.order ?? []).map((model) => models[model] ?? ''),
    ]),
  );
  return { rows: played, orders };
}

function pick<T>(rows: readonly T[], index: readonly number[]): T[] {
  return index.flatMap((row) => rows[row] ?? []);
}

type Task = {
  readonly name: string;
  readonly models: readonly string[];
  readonly trials: readonly Trial[];
  readonly candidates: readonly number[];
};
/** The trials of a task over the models that answered all of it at a known price. */
function taskOf(name: string, rows: readonly RoutingRow[]): Task {
  const own = rows.filter(({ group }) => group === name);
  const models = pricedModels(own);
  const trials = own.map((row) => trialOf(row, models));
  return { name, models, trials, candidates: promisingModels(trials, models.length) };
}

/**
 * Returns the models with a known price. The data count only the visible tokens of the o1 models, which bill their
 * hidden reasoning as output: their cost is not known from these files, so they are excluded.
 */
export function pricedModels(rows: readonly RoutingRow[]): string[] {
  const [first] = rows;
  return [...(first?.results.keys() ?? [])].filter(
    (model) =>
      !model.startsWith('o1-') && rows.every(({ results }) => results.get(model)?.cost !== undefined),
  );
}

export function trialOf({ results }: RoutingRow, models: readonly string[]): Trial {
  const answers = models.map((model) => {
    const { answer, score = 0, cost = 0, answerChars = 0 } = results.get(model) ?? {};
    return trialAnswer({ text: answer, score, cost, chars: answerChars });
  });
  return { answers };
}

/** Returns the model with the highest score among those that answered every task. */
function bestEverywhere(rows: readonly RoutingRow[], tasks: readonly Task[]): string {
  const common = (tasks[0]?.models ?? []).filter((model) =>
    tasks.every(({ models }) => models.includes(model)),
  );
  const rated = common.map((model) => ({ model, score: meanOf(rows, model, 'score') }));
  return rated.sort((a, b) => b.score - a.score)[0]?.model ?? '';
}

function guessTask(rows: readonly RoutingRow[], tasks: readonly Task[]): (prompt: string) => number {
  if (tasks.length < 2) return () => 0;
  const names = tasks.map(({ name }) => name);
  const hashed = hashPrompts(
    rows.map(({ prompt }) => prompt),
    8192,
  );
  const heads = fitSoftmax(hashed, {
    index: [...rows.keys()],
    labels: rows.map(({ group }) => names.indexOf(group)),
    classes: names.length,
  });
  const model: LinearModel = quantise(Object.fromEntries(heads.map((head, task) => [`${task}`, head])));
  const scanner = promptScanner();
  const scores = new Float64Array(names.length);
  return (prompt) => {
    scoreLinear(model, scanner.scan(prompt), scores);
    return scores.indexOf(Math.max(...scores));
  };
}

/**
 * Returns the last item of a list for which `holds` is true, if it is true for a prefix of the list only (binary
 * search).
 */
function lastHolding(list: readonly number[], holds: (item: number) => boolean): number {
  let low = 0;
  let high = list.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (holds(list[middle] ?? 0)) low = middle;
    else high = middle - 1;
  }
  return list[low] ?? 0;
}

function meanOf(rows: readonly RoutingRow[], model: string, of: 'score' | 'cost'): number {
  return rows.reduce((sum, { results }) => sum + (results.get(model)?.[of] ?? 0), 0) / rows.length;
}

function compare(rows: readonly PlayedRow[]): Comparison {
  const column = (of: keyof PlayedRow) => rows.map((row) => row[of]);
  return compareToSingle({
    score: column('score'),
    cost: column('cost'),
    singleScore: column('singleScore'),
    singleCost: column('singleCost'),
    dollarsPerSuccess: undefined,
  });
}
