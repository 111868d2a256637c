import { scratch } from '../core/memories/scratch.ts';
import type { RequestFeatures } from '../core/routing/request/request-features.ts';
import type { RoutingMode } from '../core/routing/preferences/routing-preferences.ts';
import type { Stats } from '../core/routing/plan/deployment-stats.ts';
import type { Candidate } from '../core/deployment.ts';
import type { TaskType } from '../core/task.ts';
import { successPrior } from '../core/routing/quality/success-prior.ts';
import { candidateCosts } from './candidate-columns.ts';
import { expectedWaits } from './expected-latency.ts';

/**
 * What is expected of each candidate for a call, at its place. The memory is shared: valid until the next call of
 * `expectations`, so that a decision among hundreds leaves no garbage.
 */
export type Expectations = {
  /** P(success). */
  readonly success: ArrayLike<number>;
  /** Nano-dollars, including what a failure is assumed to cost on average. */
  readonly cost: ArrayLike<number>;
  /** Nano-dollars of the call alone; infinite if the price is unknown. */
  readonly ownCost: ArrayLike<number>;
  readonly waitMs: ArrayLike<number>;
};

/**
 * What a success is worth, as a multiple of the usual cost of such a call, and what a second of waiting costs, as a
 * share of a success.
 */
const worth: Readonly<Record<RoutingMode, { success: number; second: number }>> = {
  economy: { success: 1.1, second: 0.002 },
  balanced: { success: 4.8, second: 0.005 },
  best: { success: 1_000, second: 0.001 },
};

/** Tasks at which a mistake costs more than the model: a success is worth this many times as much. */
const stakes: Readonly<Partial<Record<TaskType, number>>> = {
  architecture: 2,
  debugging: 2,
  'security-review': 2,
};

/** A mode, and what a call of this size usually costs in nano-dollars. */
type Aim = { readonly mode: RoutingMode; readonly usualCost: number };

/** Nano-dollars per token at a current workhorse: $3 and $15 a million. */
const usual = { input: 3_000, output: 15_000 };

const roomFor = scratch((count) => ({
  success: new Float64Array(count),
  cost: new Float64Array(count),
  ownCost: new Float64Array(count),
  waitMs: new Float64Array(count),
}));

/**
 * Returns the expectations of every candidate. After a failure the question is assumed to be asked once more, at the
 * usual cost of such a call: which model that would be is not known yet. This does not depend on the candidates, so
 * the choice between two models never depends on a third. A call of unknown price is assumed to cost the usual, too.
 */
export function expectations(
  features: RequestFeatures,
  candidates: readonly Candidate[],
  stats: Stats,
): Expectations {
  const { quality, work } = features;
  const { task, difficulty } = work;
  const room = roomFor(candidates.length);
  const { success, cost, ownCost, waitMs } = room;
  candidateCosts(candidates, features, ownCost);
  expectedWaits(candidates, stats, waitMs);
  const chances = quality?.ofAll?.(candidates);
  if (chances) success.set(chances);
  const retry = workhorseCost(features);
  for (let at = 0; at < candidates.length; at++) {
    const model = chances ? undefined : candidates[at]?.model;
    if (model) success[at] = quality?.of(model) ?? successPrior(model, task, difficulty);
    const own = ownCost[at] ?? Infinity;
    cost[at] = (Number.isFinite(own) ? own : retry) + (1 - (success[at] ?? 0)) * retry;
  }
  return room;
}

/**
 * Returns what cost is compared with, in nano-dollars: the cost of a call of this size at a workhorse, more for
 * high-stakes tasks.
 */
export function usualCost(features: RequestFeatures): number {
  const { task } = features.work;
  return workhorseCost(features) * ((task && stakes[task]) ?? 1);
}

function workhorseCost({ size: { prompt, answer } }: Pick<RequestFeatures, 'size'>): number {
  return prompt.expected * usual.input + answer.expected * usual.output;
}

/** Returns what a success is worth in this mode, in nano-dollars. */
export function successWorth({ mode, usualCost }: Aim): number {
  return worth[mode].success * usualCost;
}

/**
 * Returns P(success) of the candidate at a place, less what its cost and latency are worth in this mode. Cost is
 * relative to the usual cost of a call of this size: in absolute dollars a short question would go to the most
 * expensive model, whose price for it is negligible, and a long hard one to the cheapest.
 */
export function utilityAt(
  { success, cost, waitMs }: Expectations,
  at: number,
  { mode, usualCost }: Aim,
): number {
  const { second } = worth[mode];
  const value = successWorth({ mode, usualCost });
  return (success[at] ?? 0) - (cost[at] ?? 0) / value - (second * (waitMs[at] ?? 0)) / 1000;
}
