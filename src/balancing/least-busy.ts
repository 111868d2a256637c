import type { BalanceStrategy } from '../core/routing/balance.ts';
import { byNumber } from './by-load.ts';

/** The fewest calls under way for its weight. */
const leastBusy: BalanceStrategy = {
  name: 'least-busy',
  order: (deployments, { stats }) => byNumber(deployments, stats, () => 0),
};

export default leastBusy;
