import type { BalanceStrategy } from '../core/routing/balance.ts';
import { roughCost } from '../core/money/price.ts';
import { byNumber } from './by-load.ts';

/** The least money for this call; an unknown price is the last resort. */
const cheapest: BalanceStrategy = {
  name: 'cheapest',
  order: (deployments, { stats, at, inputTokens, outputTokens }) =>
    byNumber(deployments, stats, ({ model }) =>
      model.price ? roughCost(model.price, inputTokens, outputTokens, at) : Infinity,
    ),
};

export default cheapest;
