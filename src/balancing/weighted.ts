import type { BalanceStrategy } from '../core/routing/plan/balance.ts';

/**
 * Orders at random in proportion to the weights, from first to last: every deployment draws `random ^ (1 / weight)` and
 * the highest goes first (Efraimidis and Spirakis, "Weighted random sampling with a reservoir", 2006).
 */
const weighted: BalanceStrategy = {
  name: 'weighted',
  order: (deployments, { random }) =>
    deployments
      .map((candidate) => ({ candidate, drawn: random() ** (1 / candidate.deployment.weight) }))
      .sort((a, b) => b.drawn - a.drawn)
      .map(({ candidate }) => candidate),
};

export default weighted;
