import type { App } from '../../app.ts';
import type { BudgetStanding, VirtualKey } from '../../core/stores/stores.ts';
import { type NanoUsd, usdFromNano } from '../../core/units.ts';

/** Returns a key for its admin, with the state of its budgets but without the key itself. */
export async function shownKey({ keys }: Pick<App, 'keys'>, { createdAt, expiresAt, ...key }: VirtualKey) {
  const standings = await keys.budgets(key);
  return {
    ...key,
    createdAt: new Date(createdAt).toISOString(),
    ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt).toISOString() }),
    budgets: standings.map(shownBudget),
  };
}

/** A budget with what of it is spent and reserved now. */
export function shownBudget({
  window,
  limitUsd,
  unknownPrices,
  spent,
  reserved,
  simulated,
  resetsAt,
}: BudgetStanding) {
  return {
    window,
    limitUsd,
    unknownPrices,
    // The older name, for programs that read it.
    hard: unknownPrices === 'refuse',
    spentUsd: usd(spent),
    reservedUsd: usd(reserved),
    ...(simulated && { simulated }),
    ...(resetsAt !== undefined && { resetsAt: new Date(resetsAt).toISOString() }),
  };
}

function usd(amount: NanoUsd): number {
  return usdFromNano(amount);
}
