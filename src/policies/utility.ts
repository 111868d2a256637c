import type { RequestFeatures, RoutingMode, Stats } from '../core/plan.ts';
import type { Candidate } from '../core/provider.ts';
import { successPrior } from '../core/success-prior.ts';
import { expectedFirstByteMs } from './expected-latency.ts';
import { candidateCost } from './rank-by-tier.ts';

/** What a candidate is expected to do with a call. */
export type Expectation = {
  readonly candidate: Candidate;
  /** P(success). */
  readonly success: number;
  /** Nano-dollars, with the call that follows a failure. */
  readonly cost: number;
  readonly waitMs: number;
};

/** What a success is worth, in nano-dollars, and a second of waiting, as a share of a success. */
const worth: Readonly<Record<RoutingMode, { success: number; second: number }>> = {
  economy: { success: 20_000_000, second: 0.002 },
  balanced: { success: 100_000_000, second: 0.005 },
  best: { success: 2_000_000_000, second: 0.001 },
};

/** Expectations of every candidate. A failed answer is asked for again, from a candidate of average price. */
export function expectations(
  features: RequestFeatures,
  candidates: readonly Candidate[],
  stats: Stats,
): Expectation[] {
  const average = averageCost(candidates, features);
  return candidates.map((candidate) => {
    const success =
      features.quality?.of(candidate.model) ??
      successPrior(candidate.model, features.task, features.difficulty);
    const own = candidateCost(candidate, features);
    const cost = (Number.isFinite(own) ? own : average) + (1 - success) * average;
    return { candidate, success, cost, waitMs: expectedFirstByteMs(candidate, stats) };
  });
}

/** Of those whose price is known. */
function averageCost(candidates: readonly Candidate[], features: RequestFeatures): number {
  let sum = 0;
  let known = 0;
  for (const candidate of candidates) {
    const cost = candidateCost(candidate, features);
    if (!Number.isFinite(cost)) continue;
    sum += cost;
    known++;
  }
  return sum / Math.max(1, known);
}

/** P(success) less what the money and the waiting are worth in this mode. */
export function utilityOf({ success, cost, waitMs }: Expectation, mode: RoutingMode): number {
  const { success: value, second } = worth[mode];
  return success - cost / value - (second * waitMs) / 1000;
}
