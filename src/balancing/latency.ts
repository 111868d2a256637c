import { minOf } from '../core/lists/extremes.ts';
import type { BalanceSituation, BalanceStrategy } from '../core/routing/plan/balance.ts';
import type { DeploymentStats } from '../core/routing/plan/deployment-stats.ts';
import type { Ms } from '../core/units.ts';
import type { Candidate } from '../core/deployment.ts';
import { byNumber } from './by-number.ts';

/**
 * After this long without a call, a measured latency has decayed to a third, so that a slow deployment is tried again.
 */
const forgetMs = 10_000;
/** Latencies below this are treated as equal if a prompt may be cached: a cache saves as much. */
const minToTellMs = 500;
/** Assumed latency of an unmeasured deployment with a call under way, so that calls do not pile up on it. */
const unknownMs = 60_000;

/**
 * Prefers the quicker of two deployments drawn at random, by the peak-sensitive moving average of the first byte times
 * the calls under way (Finagle's peak EWMA with the power of two choices). Drawing keeps concurrent calls from all
 * choosing the same deployment. The others follow, quickest first.
 */
const latency: BalanceStrategy = {
  name: 'latency',
  order(deployments, situation) {
    const [one, other] = draw(deployments, situation.random);
    const costs = new Map(deployments.map((candidate) => [candidate, costOf(candidate, situation)]));
    const cost = (candidate: Candidate) => costs.get(candidate) ?? 0;
    const [first] = byNumber(
      [one, other].filter((drawn) => drawn !== undefined),
      situation.stats,
      cost,
    );
    const rest = byNumber(deployments, situation.stats, cost).filter((candidate) => candidate !== first);
    return first ? [first, ...rest] : rest;
  },
  homes(deployments, { stats, at }) {
    const measured = deployments.map(({ deployment }) => stats.of(deployment).firstByteMs ?? Infinity);
    const most = Math.max(minToTellMs, 2 * minOf(measured));
    return deployments.filter(({ deployment }) => (waitAt(stats.of(deployment), at) ?? 0) <= most);
  },
};

export default latency;

function costOf({ deployment }: Candidate, { stats, at }: BalanceSituation): number {
  const known = stats.of(deployment);
  const { inFlight } = known;
  const expected = waitAt(known, at) ?? (inFlight > 0 ? unknownMs : 0);
  return (expected * (inFlight + 1)) / deployment.weight;
}

/** The decayed latency of the first byte; `undefined` without a measurement. */
function waitAt({ firstByteMs, firstByteAt = 0 }: DeploymentStats, at: Ms): Ms | undefined {
  if (firstByteMs === undefined) return undefined;
  return firstByteMs * Math.exp(-Math.max(0, at - firstByteAt) / forgetMs);
}

function draw(deployments: readonly Candidate[], random: () => number): (Candidate | undefined)[] {
  const first = Math.floor(random() * deployments.length);
  const second = (first + 1 + Math.floor(random() * (deployments.length - 1))) % deployments.length;
  return first === second ? [deployments[first]] : [deployments[first], deployments[second]];
}
