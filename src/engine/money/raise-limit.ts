import type { Principal } from '../../core/call.ts';
import type { BudgetStanding, RefusingBudget } from '../../core/stores/stores.ts';
import { usdFromNano, type NanoUsd, type Usd } from '../../core/units.ts';

/** The key of a refused call, and what the call may cost. */
export type RefusedWish = {
  readonly principal: Pick<Principal, 'keyId' | 'name' | 'owner'>;
  readonly amount: NanoUsd;
  /** It contains a part of unknown length, for which the whole context window is reserved. */
  readonly fillsWindow?: boolean;
};

/**
 * Returns the remedy for a budget that is too small, for use in a sentence. The local user, who may raise it, gets the
 * command with an amount that suffices for this call and for about as much again.
 */
export function raiseLimit(refusedBy: RefusingBudget, { principal, amount }: RefusedWish): string {
  if (!principal.owner) return 'raise the limit';
  const key = /^[\w.-]+$/.test(principal.name) ? principal.name : principal.keyId;
  // The command replaces all budgets of the key: it names those that need no change, too.
  const budgets = [
    `${sufficing(refusedBy, amount)}/${refusedBy.window}`,
    ...refusedBy.others.map((other) => {
      const fits = neededOf(other, amount) <= other.limitUsd;
      return `${fits ? other.limitUsd : sufficing(other, amount)}/${other.window}`;
    }),
  ];
  return `raise the limit with "conclave keys budget ${key} ${budgets.join(' ')}"`;
}

function sufficing(budget: BudgetStanding, amount: NanoUsd): Usd {
  return roundUp(2 * Math.max(budget.limitUsd, neededOf(budget, amount)));
}

function neededOf({ spent, reserved }: BudgetStanding, amount: NanoUsd): Usd {
  return usdFromNano(spent + reserved + amount);
}

/** Returns the next larger of 1, 2, 5, 10, 20, 50 … dollars. */
function roundUp(amount: Usd): Usd {
  for (let decade = 1; ; decade *= 10) {
    const round = [1, 2, 5].map((step) => step * decade).find((usd) => usd >= amount);
    if (round !== undefined) return round;
  }
}
