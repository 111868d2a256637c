import {
  countedAnswers,
  priorsOf,
  rawChance,
  seenAnswers,
  setsWithTexts,
  signCounts,
  type SeenAnswer,
} from '../../bench/router/seen-answers.ts';
import { readRows } from '../../bench/router/read-rows.ts';
import {
  signalNames,
  type AcceptanceWeights,
  type SignalOdds,
} from '../../src/learning/acceptance/acceptance-weights.ts';
import { pooledUpwards } from '../../src/learning/models/pooled-upwards.ts';

/** Fine in the range of the thresholds, coarse in the range that is never accepted. */
const bounds = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.925, 0.95, 0.97, 0.98, 0.99];

/**
 * Learns from real answers the weight of each signal, and how often answers with a computed chance are right. Returns
 * `undefined` if `folder` has no answers to learn from.
 */
export async function trainAcceptance(folder: string): Promise<AcceptanceWeights | undefined> {
  const all: SeenAnswer[] = [];
  const found: string[] = [];
  for (const set of setsWithTexts) {
    const rows = await readRows(folder, set, 'train');
    if (!rows) continue;
    found.push(set);
    all.push(...seenAnswers(rows, priorsOf(rows)));
  }
  if (all.length === 0) return undefined;
  const odds = fitOdds(all);
  const source = `${countedAnswers(all)}: ${found.join(', ')}, train.`;
  return { source, signs: signCounts(all), odds, curve: { bounds, right: curveOf(all, odds) } };
}

/** Prior against each signal, in cases: a signal that was rarely seen gets little weight. */
const penalty = 1;

/**
 * Fits a logistic regression with each model's own chance as its offset, by Newton's method on one weight after the other:
 * there are few signals, and each is present or absent.
 */
function fitOdds(cases: readonly SeenAnswer[]): SignalOdds {
  const odds: Record<string, number> = Object.fromEntries(signalNames.map((name) => [name, 0]));
  for (let round = 0; round < 30; round++) {
    for (const name of signalNames) {
      let gradient = -penalty * (odds[name] ?? 0);
      let curvature = penalty;
      for (const one of cases) {
        if (!one.signs.includes(name)) continue;
        const chance = rawChance(one, odds as SignalOdds); // has every name: built from them above
        gradient += one.right - chance;
        curvature += chance * (1 - chance);
      }
      odds[name] = (odds[name] ?? 0) + gradient / curvature;
    }
  }
  return Object.fromEntries(
    signalNames.map((name) => [name, Number((odds[name] ?? 0).toFixed(2))]),
  ) as SignalOdds; // as above
}

function curveOf(cases: readonly SeenAnswer[], odds: SignalOdds): number[] {
  // One case at the middle of each bin, so that an empty bin has a share too.
  const edges = [0, ...bounds, 1];
  const cells = edges.slice(1).map((upper, at) => ({ sum: (upper + (edges[at] ?? 0)) / 2, weight: 1 }));
  for (const one of cases) {
    const chance = rawChance(one, odds);
    const above = bounds.findIndex((bound) => chance < bound);
    const cell = cells.at(above);
    if (!cell) continue;
    cell.sum += one.right;
    cell.weight += 1;
  }
  return pooledUpwards(cells).map((share) => Number(share.toFixed(4)));
}
