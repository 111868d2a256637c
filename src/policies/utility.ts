import type { RequestFeatures } from '../core/routing/plan.ts';
import type { RoutingMode } from '../core/routing/routing-preferences.ts';
import type { Stats } from '../core/routing/deployment-stats.ts';
import type { Candidate } from '../core/provider.ts';
import type { TaskType } from '../core/task.ts';
import { successPrior } from '../core/routing/success-prior.ts';
import { candidateCosts } from './candidate-columns.ts';
import { expectedWaits } from './expected-latency.ts';

/**
 * What candidates are expected to do with a call, at their places. The memory is shared: good until the next expectations,
 * so that a decision among hundreds leaves nothing for the garbage collector.
 */
export type Expectations = {
  /** P(success). */
  readonly success: ArrayLike<number>;
  /** Nano-dollars, with the call that follows a failure. */
  readonly cost: ArrayLike<number>;
  /** Nano-dollars of the call alone; infinite where the price is unknown. */
  readonly ownCost: ArrayLike<number>;
  readonly waitMs: ArrayLike<number>;
};

/** What a success is worth, as a multiple of what such a call usually costs, and a second of waiting, as a share of a success. */
const worth: Readonly<Record<RoutingMode, { success: number; second: number }>> = {
  economy: { success: 1.25, second: 0.002 },
  balanced: { success: 5, second: 0.005 },
  best: { success: 1_000, second: 0.001 },
};

/** Work at which a mistake costs more than the model: a success at it is worth so many times as much. */
const stakes: Readonly<Partial<Record<TaskType, number>>> = {
  architecture: 2,
  debugging: 2,
  'security-review': 2,
};

/** Nano-dollars a token at a workhorse of today: $3 and $15 a million. */
const usual = { input: 3_000, output: 15_000 };

/** Only what was written for the decision at hand is ever read of it. */
let room = roomFor(128);

/** Expectations of every candidate. A failed answer is asked for again, from a candidate of average price. */
export function expectations(
  features: RequestFeatures,
  candidates: readonly Candidate[],
  stats: Stats,
): Expectations {
  const { quality, task, difficulty } = features;
  if (room.success.length < candidates.length) room = roomFor(2 * candidates.length);
  const { success, cost, ownCost, waitMs } = room;
  candidateCosts(candidates, features, ownCost);
  expectedWaits(candidates, stats, waitMs);
  const chances = quality?.ofAll?.(candidates);
  if (chances) success.set(chances);
  let sum = 0;
  let known = 0;
  for (let at = 0; at < candidates.length; at++) {
    const model = chances ? undefined : candidates[at]?.model;
    if (model) success[at] = quality?.of(model) ?? successPrior(model, task, difficulty);
    const own = ownCost[at] ?? 0;
    if (!Number.isFinite(own)) continue;
    sum += own;
    known++;
  }
  const average = sum / Math.max(1, known);
  for (let at = 0; at < candidates.length; at++) {
    const own = ownCost[at] ?? average;
    cost[at] = (Number.isFinite(own) ? own : average) + (1 - (success[at] ?? 0)) * average;
  }
  return room;
}

/** What money is held against: what a call of this size costs at a workhorse, in nano-dollars, more where more is at stake. */
export function usualCost({ inputTokens, outputTokens, task }: RequestFeatures): number {
  const size = inputTokens * usual.input + outputTokens * usual.output;
  return size * ((task && stakes[task]) ?? 1);
}

function roomFor(count: number): Readonly<Record<keyof Expectations, Float64Array>> {
  return {
    success: new Float64Array(count),
    cost: new Float64Array(count),
    ownCost: new Float64Array(count),
    waitMs: new Float64Array(count),
  };
}

/**
 * P(success) of the candidate at a place, less what the money and the waiting are worth in this mode. Money counts beside
 * what a call of this size usually costs: in dollars alone a short question would go to the dearest model, whose price
 * for it is nothing, and a long hard one to the cheapest.
 */
export function utilityAt(
  { success, cost, waitMs }: Expectations,
  at: number,
  { mode, usualCost }: { readonly mode: RoutingMode; readonly usualCost: number },
): number {
  const { success: multiple, second } = worth[mode];
  const value = multiple * usualCost;
  return (success[at] ?? 0) - (cost[at] ?? 0) / value - (second * (waitMs[at] ?? 0)) / 1000;
}
