import { budgetWindows, type Budget } from '../../core/stores/stores.ts';
import { usdFromNano } from '../../core/units.ts';
import type { SqlRow } from '../sql/sql-runner.ts';

export const budgetsOfKey = 'SELECT period, max_nano, hard FROM budgets WHERE key_id = ? ORDER BY position';

/** Whether this Conclave knows the window of a stored budget. */
export function isKnownBudget(row: SqlRow): boolean {
  return budgetWindows.some((name) => name === row['period']);
}

export function budgetFromRow(row: SqlRow): Budget {
  const window = budgetWindows.find((name) => name === row['period']);
  if (!window) throw new RangeError(`the database holds a budget with the unknown window ${row['period']}`);
  return {
    window,
    limitUsd: usdFromNano(Number(row['max_nano'])),
    unknownPrices: row['hard'] ? 'refuse' : 'allow',
  };
}

/** The budgets of a key that can be read, and whether there are others. */
export type ReadBudgets = { readonly budgets: Budget[]; readonly damaged: boolean };

/** Reads the rows of one key, in their order. */
export function budgetsFromRows(rows: readonly SqlRow[]): ReadBudgets {
  const known = rows.filter(isKnownBudget);
  return { budgets: known.map(budgetFromRow), damaged: known.length < rows.length };
}
