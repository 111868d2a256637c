import type { BalanceStrategy } from '../core/routing/balance.ts';
import type { Stats } from '../core/routing/deployment-stats.ts';
import type { Candidate } from '../core/provider.ts';
import { byNumber } from './by-load.ts';

/**
 * The most left of its limits, as a share: of the configured ones and of what the provider's own replies say. Where
 * nothing is known, all of it is left.
 */
const headroom: BalanceStrategy = {
  name: 'headroom',
  order: (deployments, { stats }) => byNumber(deployments, stats, (candidate) => -leftOf(candidate, stats)),
  homes(deployments, { stats }) {
    const most = Math.max(...deployments.map((candidate) => leftOf(candidate, stats)));
    return deployments.filter((candidate) => leftOf(candidate, stats) >= most / 2);
  },
};

export default headroom;

function leftOf({ deployment }: Candidate, stats: Stats): number {
  return stats.of(deployment).headroom ?? 1;
}
