import type { BalanceStrategy } from '../core/routing/plan/balance.ts';
import { byNumber } from './by-number.ts';

/** Prefers the fewest calls under way relative to the weight. */
const leastBusy: BalanceStrategy = {
  name: 'least-busy',
  order: (deployments, { stats }) => byNumber(deployments, stats, () => 0),
};

export default leastBusy;
