import { ConclaveError } from '../../core/errors.ts';
import { leftOfBudget } from '../../core/money/left-of-budget.ts';
import type { BudgetStanding, RefusingBudget } from '../../core/stores/stores.ts';
import { dollarText, type NanoUsd } from '../../core/units.ts';
import { sendBytes } from './most-tokens.ts';
import { raiseLimit, type RefusedWish } from './raise-limit.ts';

/**
 * Builds the error for a call that a budget refuses. If only other calls in progress leave too little, the call may be
 * retried: they reserve far more than they will cost.
 */
export function budgetExceeded(
  standing: RefusingBudget,
  { unknownPrice, ...wish }: RefusedWish & { readonly unknownPrice: boolean },
): ConclaveError {
  const { amount, fillsWindow } = wish;
  const money = standing.simulated ? 'simulated ' : '';
  const used = `${dollarText(standing.spent)} ${money}spent and ${dollarText(standing.reserved)} reserved of $${standing.limitUsd}`;
  const resets =
    standing.resetsAt === undefined ? '' : `, resets ${new Date(standing.resetsAt).toISOString()}`;
  const refused = `The ${budgetName(standing)} does not allow this call (${used}${resets})`;
  if (unknownPrice && standing.unknownPrices === 'refuse') {
    return new ConclaveError(
      'budget_exceeded',
      `${refused}: the price of the model is unknown, or that of something the call asks for. Give it a price under models in the configuration, ask for its ordinary service tier, leave out audio and tools of the provider, or choose another model.`,
    );
  }
  const cause = `it may cost up to ${dollarText(amount)}, and ${dollarText(atLeastNothing(leftOfBudget(standing)))} is left`;
  const raise = raiseLimit(standing, wish);
  const smaller = fillsWindow ? ` ${sendBytes}` : '';
  if (amount <= leftOfBudget(standing) + standing.reserved) {
    return new ConclaveError(
      'budget_exceeded',
      `${refused}: ${cause} while other calls are under way. Try again when they have ended, or ${raise}.${smaller}`,
      { retryAfterMs: 1_000 },
    );
  }
  return new ConclaveError(
    'budget_exceeded',
    `${refused}: ${cause}. To go on, ${raise}, ask for a shorter answer (max_tokens) or choose a cheaper model.${smaller}`,
  );
}

/** Returns the name of a budget for use in a sentence. */
export function budgetName({ window }: Pick<BudgetStanding, 'window'>): string {
  return window === 'total' ? 'total budget' : `budget per ${window}`;
}

function atLeastNothing(amount: NanoUsd): NanoUsd {
  return amount < 0n ? 0n : amount;
}
