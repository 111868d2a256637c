import type { DatabaseSync } from 'node:sqlite';
import { windowStart } from '../../core/budget-window.ts';
import type { Budget, BudgetStanding } from '../../core/stores.ts';
import type { Ms, NanoUsd } from '../../core/units.ts';
import { distinctWindows, standingOf } from '../budget-check.ts';
import { budgetFromRow, budgetsOfKey } from '../key-rows.ts';

/** Whose money, of which kind, and the instant whose windows it belongs to. */
type Account = { readonly keyId: string; readonly at: Ms; readonly simulated: boolean };

/**
 * What each key has spent and reserved per window, read once and written once per transaction: the write lock is held,
 * so nobody else can change a counter between the two.
 */
export type SpendingCounters = {
  standings(account: Account): BudgetStanding[];
  /** Adds to the counters of every budget of the key; negative amounts take away. */
  move(account: Account, change: { readonly spent: NanoUsd; readonly reserved: NanoUsd }): void;
  /** Writes what has changed; before the commit. */
  write(): void;
  /** Forgets everything; after the commit or the rollback. */
  forget(): void;
};

type Counter = {
  readonly keyId: string;
  readonly window: Budget['window'];
  readonly start: Ms;
  readonly simulated: boolean;
  spent: bigint;
  reserved: bigint;
  changed: boolean;
};

export function openCounters(database: DatabaseSync): SpendingCounters {
  const readBudgets = database.prepare(budgetsOfKey);
  readBudgets.setReadBigInts(true);
  const readCounter = database.prepare(
    'SELECT spent, reserved FROM spending WHERE key_id = ? AND period = ? AND period_start = ? AND simulated = ?',
  );
  readCounter.setReadBigInts(true);
  const writeCounter = database.prepare(
    'INSERT INTO spending (key_id, period, period_start, simulated, spent, reserved) VALUES (?, ?, ?, ?, ?, ?) ' +
      'ON CONFLICT DO UPDATE SET spent = excluded.spent, reserved = excluded.reserved',
  );
  const budgets = new Map<string, readonly Budget[]>();
  const counters = new Map<string, Counter>();

  function budgetsOf(keyId: string): readonly Budget[] {
    let known = budgets.get(keyId);
    if (!known) budgets.set(keyId, (known = readBudgets.all(keyId).map(budgetFromRow)));
    return known;
  }

  function counterOf({ keyId, at, simulated }: Account, window: Budget['window']): Counter {
    const start = windowStart(window, at);
    const name = `${window} ${start} ${Number(simulated)} ${keyId}`;
    let counter = counters.get(name);
    if (!counter) {
      const row = readCounter.get(keyId, window, start, Number(simulated));
      const spent = BigInt(row?.['spent']?.toString() ?? 0);
      const reserved = BigInt(row?.['reserved']?.toString() ?? 0);
      counters.set(name, (counter = { keyId, window, start, simulated, spent, reserved, changed: false }));
    }
    return counter;
  }

  return {
    standings: (account) =>
      budgetsOf(account.keyId).map((budget) =>
        standingOf(budget, counterOf(account, budget.window), account.at),
      ),
    move(account, { spent, reserved }) {
      if (spent === 0n && reserved === 0n) return;
      for (const window of distinctWindows(budgetsOf(account.keyId))) {
        const counter = counterOf(account, window);
        counter.spent += spent;
        counter.reserved += reserved;
        counter.changed = true;
      }
    },
    write() {
      for (const { keyId, window, start, simulated, spent, reserved, changed } of counters.values()) {
        if (changed) writeCounter.run(keyId, window, start, Number(simulated), spent, reserved);
      }
    },
    forget() {
      budgets.clear();
      counters.clear();
    },
  };
}
