import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { playCascade, type Trial } from './models/cascade-model.ts';
import { promisingModels, searchCascade } from './models/cascade-search.ts';
import { bestAgreementPolicy, leastShareOfCost, playPolicy } from './agreement-policy.ts';
import { bestOf, columnsOf, meanOf } from './answer-columns.ts';
import { pricedModels, trialOf } from './cascades.ts';
import { foldsOf } from './folds.ts';
import { readRows, type RoutingRow } from './read-rows.ts';

/**
 * Measures what cascades that use agreement and length could pay for GSM8K at best: each is searched and played on the
 * same rows, train and dev together. Next to it is what the same search pays on unseen rows. The difference is luck.
 * Then the same for every policy that observes which answers agree, whichever model it asks next: those are computed
 * exactly, so that the cost of the best of them is a bound.
 */
const { values } = parseArgs({
  options: { data: { type: 'string' }, set: { type: 'string', default: 'zeroeval_gsm' } },
});

/** A success is worth `1 / lambda` dollars. */
const lambdas = [14, 20, 28, 34, 40, 56, 80];
const candidates = 14;

/** Prices: a success is worth one over these, in mean costs of the best single model. */
const prices = [0.05, 0.1, 0.14, 0.2];

if (values.data === undefined) {
  console.error(
    'The data folder is missing. Usage: node bench/router/hindsight.ts --data DIR [--set zeroeval_gsm].',
  );
  process.exitCode = 2;
} else await judge(values.data, values.set);

async function judge(folder: string, set: string): Promise<void> {
  const rows = [
    ...((await readRows(folder, set, 'train')) ?? []),
    ...((await readRows(folder, set, 'dev')) ?? []),
  ];
  const models = pricedModels(rows);
  const trials = rows.map((row) => trialOf(row, models));
  const columns = models.map((name, model) => ({ name, ...alone(trials, model) }));
  const [best] = columns.toSorted((a, b) => b.score - a.score);
  if (best === undefined) return;
  const folds = foldsOf(rows.map(({ prompt }) => prompt));
  const table = new Table({ head: ['', 'hindsight', '', 'not seen', ''], style: { head: [], border: [] } });
  for (const lambda of lambdas) {
    const seen = played(searched(trials, lambda, models.length), trials);
    const unseen = folds.map(({ fit, judge }) =>
      played(searched(pick(trials, fit), lambda, models.length), pick(trials, judge)),
    );
    const sum = (of: 'score' | 'cost') =>
      unseen.reduce((total, fold, at) => total + fold[of] * (folds[at]?.judge.length ?? 0), 0) /
      trials.length;
    const shown = (one: { readonly score: number; readonly cost: number }) => [
      `${((100 * one.cost) / best.cost).toFixed(1)} % of the cost`,
      `${(100 * (one.score - best.score)).toFixed(2)} points`,
    ];
    const value = `$${(1 / lambda).toFixed(3)} a success`;
    table.push([value, ...shown(seen), ...shown({ score: sum('score'), cost: sum('cost') })]);
  }
  console.log(`${trials.length} rows of ${set}, against ${best.name} (${(100 * best.score).toFixed(1)} %)`);
  console.log(table.toString());
  bound(rows);
}

function bound(rows: readonly RoutingRow[]): void {
  const columns = columnsOf(rows);
  const everywhere = [...rows.keys()];
  for (const maxCalls of [2, 3, 4]) {
    const least = leastShareOfCost(columns, everywhere, { maxCalls });
    console.log(
      `Any policy of up to ${maxCalls} calls that sees who agrees pays at least ${(100 * least).toFixed(1)} % of the cost for that accuracy.`,
    );
  }
  const best = bestOf(columns, everywhere);
  const [score, cost] = [meanOf(best.scores, everywhere), meanOf(best.costs, everywhere)];
  const folds = foldsOf(rows.map(({ prompt }) => prompt));
  const head = ['the best of three calls', 'hindsight', '', 'not seen', ''];
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const price of prices) {
    const search = { columns, maxCalls: 3, lambda: price / cost };
    const played = (fit: readonly number[], judge: readonly number[]) => {
      const policy = bestAgreementPolicy(fit, search);
      return judge.map((row) => playPolicy(policy, row, { columns, otherwise: best }));
    };
    const shown = (results: readonly { readonly score: number; readonly cost: number }[]) => [
      `${((100 * averageOf(results, 'cost')) / cost).toFixed(1)} % of the cost`,
      `${(100 * (averageOf(results, 'score') - score)).toFixed(2)} points`,
    ];
    table.push([
      `a success for ${(1 / price).toFixed(0)} of its costs`,
      ...shown(played(everywhere, everywhere)),
      ...shown(folds.flatMap(({ fit, judge }) => played(fit, judge))),
    ]);
  }
  console.log(table.toString());
}

function searched(trials: readonly Trial[], lambda: number, models: number) {
  return searchCascade(trials, {
    candidates: promisingModels(trials, models, candidates),
    lambda,
    longest: 5,
  }).table;
}

function played(cascade: ReturnType<typeof searched>, trials: readonly Trial[]) {
  const results = trials.map((trial) => playCascade(cascade, trial));
  return { score: averageOf(results, 'score'), cost: averageOf(results, 'cost') };
}

function alone(trials: readonly Trial[], model: number) {
  const answers = trials.flatMap((trial) => trial.answers[model] ?? []);
  return { score: averageOf(answers, 'score'), cost: averageOf(answers, 'cost') };
}

function averageOf(list: readonly { score: number; cost: number }[], of: 'score' | 'cost'): number {
  return list.reduce((sum, one) => sum + one[of], 0) / list.length;
}

function pick<T>(list: readonly T[], index: readonly number[]): T[] {
  return index.flatMap((at) => list[at] ?? []);
}
