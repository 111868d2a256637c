import { promptScanner } from '../../src/learning/features/hashed-features.ts';
import {
  fitQuality,
  predictQuality,
  type QualityData,
  type QualityModel,
  type QualitySettings,
} from './models/quality-model.ts';
import { bootstrap, drawnMean, type Interval } from './bootstrap.ts';
import { foldsOf } from './folds.ts';
import type { Parts, RoutingRow } from './read-rows.ts';

/** A router compared with the best fixed model: its cost as a share, and the difference in mean score. */
export type Comparison = {
  readonly costRatio: Interval;
  readonly qualityDifference: Interval;
  /** Dollars that one right answer is worth, chosen without using the judged rows. */
  readonly dollarsPerSuccess: number | undefined;
};

export type TaskMix = {
  readonly judged: number;
  readonly bestSingle: { readonly model: string; readonly score: number };
  /** Chosen so that quality should not fall below the best single model's. */
  readonly sameQuality: Comparison;
  /** Best quality at any cost. */
  readonly bestQuality: Comparison;
  /** The cheapest point of the judged frontier that still reaches the best single model: hindsight, no interval. */
  readonly frontierCostRatio: number;
  /** Over all models together, where overconfidence in one model can offset underconfidence in another. */
  readonly ece: number;
  /** The mean of each model's own error: biased upwards with few rows, since each bin then errs by chance. */
  readonly ecePerModel: Interval;
  readonly chosen: QualitySettings;
};

const grid: readonly QualitySettings[] = [
  { shrinkage: 5, residualLambda: undefined },
  { shrinkage: 5, residualLambda: 8 },
  { shrinkage: 5, residualLambda: 20 },
  { shrinkage: 15, residualLambda: 20 },
];

/** What a success may cost, from quality at any cost to almost only cost. */
const tradeOffs = [0, ...Array.from({ length: 60 }, (_, step) => 50 * 1.13 ** step)];

/** Judges choosing one of many models for each prompt, without a task label. */
export function judgeTaskMix(options: Parts): TaskMix {
  const models = modelsOfAll(options.fit);
  const choosing = tableOf(options.choose, models);
  const { settings, predicted } = chooseSettings(choosing);
  const points = frontier(choosing, predicted);
  const bestModel = bestColumn(choosing.scores);
  const sameQuality = chooseSameQuality(choosing, predicted, bestModel);
  const bestQuality = highest(points, ({ quality }) => quality).lambda;

  const fitting = tableOf(options.fit, models);
  const model = fitQuality(fitting, { index: [...options.fit.keys()], settings });
  const judged = tableOf(options.judge, models);
  const quality = predictAll(model, judged.prompts);
  const compare = (lambda: number) => comparison(judged, choices(judged, quality, lambda), bestModel, lambda);
  const best = judged.scores[bestModel] ?? new Float64Array(0);
  const bestScore = best.reduce((sum, score) => sum + score, 0) / best.length;
  const reaching = frontier(judged, quality).filter((point) => point.quality >= bestScore);
  return {
    judged: options.judge.length,
    bestSingle: { model: models[bestModel] ?? '', score: bestScore },
    sameQuality: compare(sameQuality),
    bestQuality: compare(bestQuality),
    frontierCostRatio: Math.min(...reaching.map(({ cost }) => cost)) / meanOf(judged.costs[bestModel]),
    ece: expectedCalibrationError(judged, quality, everyRowOnce(judged)),
    ecePerModel: ecePerModel(judged, quality),
    chosen: settings,
  };
}

export type ScoreTable = QualityData & { readonly scores: Float64Array[]; readonly costs: Float64Array[] };

/** Returns the models for which every row has a score and a cost. */
export function modelsOfAll(rows: readonly RoutingRow[]): string[] {
  const [first] = rows;
  return [...(first?.results.keys() ?? [])].filter((model) =>
    rows.every(({ results }) => results.get(model)?.cost !== undefined),
  );
}

export function tableOf(rows: readonly RoutingRow[], models: readonly string[]): ScoreTable {
  const names = [...new Set(rows.map(({ group }) => group))];
  const column = (of: 'score' | 'cost') =>
    models.map((model) => Float64Array.from(rows, ({ results }) => results.get(model)?.[of] ?? 0));
  return {
    prompts: rows.map(({ prompt }) => prompt),
    tasks: Int32Array.from(rows, ({ group }) => names.indexOf(group)),
    taskCount: names.length,
    models,
    scores: column('score'),
    costs: column('cost'),
  };
}

/** Returns the settings that do best where cost matters, by cross-validation, with their held-out predictions. */
function chooseSettings(table: ScoreTable): { settings: QualitySettings; predicted: Float64Array[] } {
  const folds = foldsOf(table.prompts);
  const tried = grid.map((settings) => {
    const predicted = table.models.map(() => new Float64Array(table.prompts.length));
    for (const { fit, judge } of folds) {
      const model = fitQuality(table, { index: fit, settings });
      const scanner = promptScanner();
      for (const row of judge) {
        const quality = predictQuality(model, scanner.scan(table.prompts[row] ?? ''));
        quality.forEach((value, column) => predicted[column]?.fill(value, row, row + 1));
      }
    }
    const dearest = Math.max(...table.costs.map(meanOf));
    const affordable = frontier(table, predicted).filter(({ cost }) => cost <= dearest / 4);
    return { settings, predicted, value: highest(affordable, ({ quality }) => quality).quality };
  });
  return highest(tried, ({ value }) => value);
}

/** Returns the cheapest trade-off whose quality is at least the best model's with 95 % confidence. */
function chooseSameQuality(table: ScoreTable, predicted: Float64Array[], bestModel: number): number {
  const safe = tradeOffs.filter((lambda) => {
    return isSurelyAsGood(table, choices(table, predicted, lambda), bestModel);
  });
  return safe.at(-1) ?? 0;
}

/** Whether the columns chosen for the rows score at least as high as the best model, with 95 % confidence. */
export function isSurelyAsGood(table: ScoreTable, chosen: readonly number[], bestModel: number): boolean {
  const gains = chosen.map((column, row) => {
    return (table.scores[column]?.[row] ?? 0) - (table.scores[bestModel]?.[row] ?? 0);
  });
  const mean = meanOf(gains);
  const variance = meanOf(gains.map((gain) => (gain - mean) ** 2));
  return mean >= 1.645 * Math.sqrt(variance / gains.length);
}

function predictAll(model: QualityModel, prompts: readonly string[]): Float64Array[] {
  const scanner = promptScanner();
  const byRow = prompts.map((prompt) => predictQuality(model, scanner.scan(prompt)));
  return model.models.map((_, column) => Float64Array.from(byRow, (quality) => quality[column] ?? 0));
}

/** Returns the column chosen for each row. */
function choices(table: ScoreTable, quality: readonly Float64Array[], lambda: number): number[] {
  return table.prompts.map((_, row) => {
    const utility = (column: number) =>
      (quality[column]?.[row] ?? 0) - lambda * (table.costs[column]?.[row] ?? 0);
    return highest([...table.models.keys()], utility);
  });
}

function frontier(table: ScoreTable, quality: readonly Float64Array[]) {
  return tradeOffs.map((lambda) => {
    const chosen = choices(table, quality, lambda);
    return {
      lambda,
      quality: meanOf(chosen.map((column, row) => table.scores[column]?.[row] ?? 0)),
      cost: meanOf(chosen.map((column, row) => table.costs[column]?.[row] ?? 0)),
    };
  });
}

function comparison(
  table: ScoreTable,
  chosen: readonly number[],
  bestModel: number,
  lambda: number,
): Comparison {
  const score = chosen.map((column, row) => table.scores[column]?.[row] ?? 0);
  const cost = chosen.map((column, row) => table.costs[column]?.[row] ?? 0);
  return compareToSingle({
    score,
    cost,
    singleScore: table.scores[bestModel] ?? [],
    singleCost: table.costs[bestModel] ?? [],
    dollarsPerSuccess: lambda === 0 ? undefined : 1 / lambda,
  });
}

/** Computes cost ratio and score difference on the same drawn rows. */
export function compareToSingle(options: {
  readonly score: ArrayLike<number>;
  readonly cost: ArrayLike<number>;
  readonly singleScore: ArrayLike<number>;
  readonly singleCost: ArrayLike<number>;
  readonly dollarsPerSuccess: number | undefined;
}): Comparison {
  const { score, cost, singleScore, singleCost, dollarsPerSuccess } = options;
  return {
    costRatio: bootstrap(cost.length, (draws) => drawnMean(cost, draws) / drawnMean(singleCost, draws)),
    qualityDifference: bootstrap(
      score.length,
      (draws) => drawnMean(score, draws) - drawnMean(singleScore, draws),
    ),
    dollarsPerSuccess,
  };
}

/** Returns the mean gap between predicted and actual success, over ten bins of predicted success and all models. */
export function expectedCalibrationError(
  { scores }: Pick<ScoreTable, 'scores'>,
  quality: readonly Float64Array[],
  draws: Uint16Array,
): number {
  const gaps = new Float64Array(10);
  let calls = 0;
  quality.forEach((column, model) => {
    column.forEach((promised, row) => {
      const bin = Math.min(9, Math.floor(promised * 10));
      const times = draws[row] ?? 0;
      gaps[bin] = (gaps[bin] ?? 0) + times * (promised - (scores[model]?.[row] ?? 0));
      calls += times;
    });
  });
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / calls;
}

export function ecePerModel(table: ScoreTable, quality: readonly Float64Array[]): Interval {
  const measure = (draws: Uint16Array) => {
    const each = quality.map((column, model) =>
      expectedCalibrationError({ scores: [table.scores[model] ?? new Float64Array(0)] }, [column], draws),
    );
    return each.reduce((sum, one) => sum + one, 0) / each.length;
  };
  return bootstrap(table.prompts.length, measure, { isBiased: true });
}

export function everyRowOnce({ prompts }: ScoreTable): Uint16Array {
  return new Uint16Array(prompts.length).fill(1);
}

/** Returns the column with the highest mean. */
export function bestColumn(scores: readonly Float64Array[]): number {
  return highest([...scores.keys()], (column) => meanOf(scores[column]));
}

function highest<T>(items: readonly T[], value: (item: T) => number): T {
  let best: { item: T; value: number } | undefined;
  for (const item of items) {
    const rated = value(item);
    if (best === undefined || rated > best.value) best = { item, value: rated };
  }
  if (best === undefined) throw new Error('nothing to choose from');
  return best.item;
}

function meanOf(values: ArrayLike<number> | undefined): number {
  let sum = 0;
  for (let at = 0; at < (values?.length ?? 0); at++) sum += values?.[at] ?? 0;
  return sum / (values?.length ?? 1);
}
