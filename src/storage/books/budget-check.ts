import { leftOfBudget } from '../../core/money/left-of-budget.ts';
import { windowEnd } from './budget-window.ts';
import type { Budget, BudgetStanding, RefusingBudget } from '../../core/stores/stores.ts';
import type { Ms, NanoUsd } from '../../core/units.ts';

/**
 * Returns the budget that refuses `amount` more, if any: of several, the one with the least money left. If part of the
 * price is unknown, a budget that allows unknown prices checks the known part, and any other refuses; free calls are
 * never refused.
 */
export function refusingBudget(
  standings: readonly BudgetStanding[],
  { amount, unknownPrice }: { readonly amount: NanoUsd; readonly unknownPrice: boolean },
): RefusingBudget | undefined {
  const refusing = standings.filter(
    (standing) =>
      (unknownPrice && standing.unknownPrices === 'refuse') ||
      (amount > 0n && amount > leftOfBudget(standing)),
  );
  const tightest = refusing.reduce<BudgetStanding | undefined>(
    (tightest, standing) =>
      tightest && leftOfBudget(tightest) <= leftOfBudget(standing) ? tightest : standing,
    undefined,
  );
  return tightest && { ...tightest, others: standings.filter((standing) => standing !== tightest) };
}

/** Combines a budget with its counter; `at` lies in its current window. */
export function standingOf(
  budget: Budget,
  { spent, reserved, simulated }: Pick<BudgetStanding, 'spent' | 'reserved' | 'simulated'>,
  at: Ms,
): BudgetStanding {
  const resetsAt = windowEnd(budget.window, at);
  return { ...budget, spent, reserved, simulated, ...(resetsAt !== undefined && { resetsAt }) };
}
