import { minOf } from '../core/lists/extremes.ts';
import type { BalanceSituation, BalanceStrategy } from '../core/routing/plan/balance.ts';
import { roughCost } from '../core/money/price.ts';
import type { Candidate } from '../core/deployment.ts';
import { byNumber } from './by-number.ts';

/** Prefers the lowest cost for this call; an unknown price is the last resort. */
const cheapest: BalanceStrategy = {
  name: 'cheapest',
  order: (deployments, situation) =>
    byNumber(deployments, situation.stats, (candidate) => costOf(candidate, situation)),
  homes(deployments, situation) {
    const costs = deployments.map((candidate) => costOf(candidate, situation));
    const least = minOf(costs);
    return deployments.filter((_, at) => costs[at] === least);
  },
};

export default cheapest;

function costOf({ model }: Candidate, { at, inputTokens, outputTokens }: BalanceSituation): number {
  return model.price ? roughCost(model.price, inputTokens, outputTokens, at) : Infinity;
}
