import type { Principal } from '../../core/call.ts';
import type { BudgetStanding } from '../../core/stores/stores.ts';
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
export function raiseLimit(standing: BudgetStanding, { principal, amount }: RefusedWish): string {
  if (!principal.owner) return 'raise the limit';
  const { window, limitUsd, spent, reserved } = standing;
  const needed = Math.max(limitUsd, usdFromNano(spent + reserved + amount));
  const key = /^[\w.-]+$/.test(principal.name) ? principal.name : principal.keyId;
  return `raise the limit with "conclave keys budget ${key} ${roundUp(2 * needed)}/${window}" (replaces the key's budgets)`;
}

/** Returns the next larger of 1, 2, 5, 10, 20, 50 … dollars. */
function roundUp(amount: Usd): Usd {
  for (let decade = 1; ; decade *= 10) {
    const round = [1, 2, 5].map((step) => step * decade).find((usd) => usd >= amount);
    if (round !== undefined) return round;
  }
}
