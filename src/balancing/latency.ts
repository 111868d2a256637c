import type { BalanceSituation, BalanceStrategy } from '../core/routing/balance.ts';
import type { Candidate } from '../core/provider.ts';
import { byNumber } from './by-load.ts';

/** After this long without a call a latency counts for a third: whoever was slow once is tried again. */
const forgetMs = 10_000;
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
};

export default latency;

function costOf({ deployment }: Candidate, { stats, at }: BalanceSituation): number {
  const { firstByteMs, firstByteAt, inFlight } = stats.of(deployment);
  const age = firstByteAt === undefined ? 0 : Math.max(0, at - firstByteAt);
  const expected =
    firstByteMs === undefined ? (inFlight > 0 ? unknownMs : 0) : firstByteMs * Math.exp(-age / forgetMs);
  return (expected * (inFlight + 1)) / deployment.weight;
}

function draw(deployments: readonly Candidate[], random: () => number): (Candidate | undefined)[] {
  const first = Math.floor(random() * deployments.length);
  const second = (first + 1 + Math.floor(random() * (deployments.length - 1))) % deployments.length;
  return first === second ? [deployments[first]] : [deployments[first], deployments[second]];
}
