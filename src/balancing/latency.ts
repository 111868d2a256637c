import type { BalanceSituation, BalanceStrategy } from '../core/routing/balance.ts';
import type { DeploymentStats } from '../core/routing/deployment-stats.ts';
import type { Ms } from '../core/units.ts';
import type { Candidate } from '../core/provider.ts';
import { byNumber } from './by-load.ts';

/** After this long without a call a latency counts for a third: whoever was slow once is tried again. */
const forgetMs = 10_000;
/** Smaller waits than this are not told apart where a prompt may be cached: a cache saves as much. */
const leastToTellMs = 500;
/** What a deployment without a measure counts as once a call is under way there: nobody piles up on the unknown. */
const unknownMs = 60_000;

/**
 * The quicker of two that are drawn at random: peak-sensitive moving average of the first byte, times the calls under
 * way (Finagle's peak EWMA with the power of two choices). Drawing keeps a crowd from running to one deployment at
 * once. The others follow, quickest first.
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
    const most = Math.max(leastToTellMs, 2 * Math.min(...measured));
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

/** The wait for a first byte, as far as it is known and not forgotten. */
function waitAt({ firstByteMs, firstByteAt = 0 }: DeploymentStats, at: Ms): Ms | undefined {
  if (firstByteMs === undefined) return undefined;
  return firstByteMs * Math.exp(-Math.max(0, at - firstByteAt) / forgetMs);
}

function draw(deployments: readonly Candidate[], random: () => number): (Candidate | undefined)[] {
  const first = Math.floor(random() * deployments.length);
  const second = (first + 1 + Math.floor(random() * (deployments.length - 1))) % deployments.length;
  return first === second ? [deployments[first]] : [deployments[first], deployments[second]];
}
