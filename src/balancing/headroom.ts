import type { BalanceStrategy } from '../core/routing/balance.ts';
import { byNumber } from './by-load.ts';

/**
 * The most left of its limits, as a share: of the configured ones and of what the provider's own replies say. Where
 * nothing is known, all of it is left.
 */
const headroom: BalanceStrategy = {
  name: 'headroom',
  order: (deployments, { stats }) =>
    byNumber(deployments, stats, ({ deployment }) => -(stats.of(deployment).headroom ?? 1)),
};

export default headroom;
