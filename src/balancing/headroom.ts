import { maxOf } from '../core/lists/extremes.ts';
import type { BalanceStrategy } from '../core/routing/plan/balance.ts';
import type { Stats } from '../core/routing/plan/deployment-stats.ts';
import type { Candidate } from '../core/deployment.ts';
import { byNumber } from './by-number.ts';

/**
 * Prefers the deployment with the largest share of its limits left, both configured limits and those that the
 * provider's replies report. If nothing is known, the full limit is left.
 */
const headroom: BalanceStrategy = {
  name: 'headroom',
  order: (deployments, { stats }) => byNumber(deployments, stats, (candidate) => -leftOf(candidate, stats)),
  homes(deployments, { stats }) {
    const most = maxOf(deployments.map((candidate) => leftOf(candidate, stats)));
    return deployments.filter((candidate) => leftOf(candidate, stats) >= most / 2);
  },
};

export default headroom;

function leftOf({ deployment }: Candidate, stats: Stats): number {
  return stats.of(deployment).headroom ?? 1;
}
