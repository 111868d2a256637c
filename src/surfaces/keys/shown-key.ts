import type { App } from '../../app.ts';
import { defined } from '../../core/json/defined.ts';
import type { BudgetStanding, VirtualKey } from '../../core/stores/stores.ts';
import { usdFromNano, type Ms } from '../../core/units.ts';

/** Returns a key for its admin, with the state of its budgets but without the key itself. */
export async function shownKey({ keys }: Pick<App, 'keys'>, key: VirtualKey) {
  return withBudgets(key, await keys.budgets(key));
}

/** Returns many keys as `shownKey` returns one. */
export async function shownKeys({ keys }: Pick<App, 'keys'>, stored: readonly VirtualKey[]) {
  const standings = await keys.standings(stored);
  return stored.map((key) => withBudgets(key, standings.get(key.id) ?? []));
}

function withBudgets(
  { createdAt, lastUsedAt, expiresAt, rotatedAt, formerUntil, ...key }: VirtualKey,
  budgets: readonly BudgetStanding[],
) {
  return {
    ...key,
    createdAt: new Date(createdAt).toISOString(),
    ...defined({
      lastUsedAt: isoOf(lastUsedAt),
      expiresAt: isoOf(expiresAt),
      rotatedAt: isoOf(rotatedAt),
      formerUntil: isoOf(formerUntil),
    }),
    budgets: budgets.map(shownBudget),
  };
}

function isoOf(at: Ms | undefined): string | undefined {
  return at === undefined ? undefined : new Date(at).toISOString();
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
    spentUsd: usdFromNano(spent),
    reservedUsd: usdFromNano(reserved),
    ...(simulated && { simulated }),
    ...(resetsAt !== undefined && { resetsAt: new Date(resetsAt).toISOString() }),
  };
}
