import type { BalanceStrategy } from '../../../core/routing/plan/balance.ts';
import type { Candidate } from '../../../core/deployment.ts';
import { compareNumbers } from '../../../core/lists/compare-numbers.ts';
import type { Merit } from '../../../core/routing/plan/merit.ts';

/** A strategy for deployments that the caller wants sorted: it balances only those of equal merit. */
export function sortedStrategy(strategy: BalanceStrategy, merit: Merit): BalanceStrategy {
  return {
    name: strategy.name,
    order: (deployments, situation) =>
      classesOf(deployments, merit).flatMap((equals) => strategy.order(equals, situation)),
    homes(deployments, situation) {
      const [best = []] = classesOf(deployments, merit);
      return strategy.homes?.(best, situation) ?? best;
    },
  };
}

/** The deployments in groups of equal merit, best first. */
function classesOf(deployments: readonly Candidate[], merit: Merit): Candidate[][] {
  return [...Map.groupBy(deployments, merit)]
    .sort(([a], [b]) => compareNumbers(a, b))
    .map(([, equals]) => equals);
}
