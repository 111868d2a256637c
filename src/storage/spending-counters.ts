import { windowStart } from './budget-window.ts';
import type { Budget, BudgetStanding, BudgetWindow } from '../core/stores.ts';
import type { Ms, NanoUsd } from '../core/units.ts';
import { distinctWindows, standingOf } from './budget-check.ts';

/** Whose money, of which kind, and the instant whose windows it belongs to. */
type Account = { readonly keyId: string; readonly at: Ms; readonly simulated: boolean };

/** One row of `spending`: what a key has spent and reserved in one window. */
export type CounterName = {
  readonly keyId: string;
  readonly window: BudgetWindow;
  readonly start: Ms;
  readonly simulated: boolean;
};

export type Counter = CounterName & { readonly spent: NanoUsd; readonly reserved: NanoUsd };

/** Where budgets and counters come from: a transaction in which nobody else can change them. */
export type SpendingSource = {
  budgetsOf(keyId: string): readonly Budget[];
  read(name: CounterName): { readonly spent: NanoUsd; readonly reserved: NanoUsd };
};

/** What keys have spent and reserved: read once and written once per transaction. */
export type SpendingCounters = {
  standings(account: Account): BudgetStanding[];
  /** Adds to the counters of every budget of the key; negative amounts take away. */
  move(account: Account, change: { readonly spent: NanoUsd; readonly reserved: NanoUsd }): void;
  /** What is to be written before the commit. */
  changed(): Counter[];
};

type OpenCounter = { -readonly [Member in keyof Counter]: Counter[Member] } & { changed: boolean };

export function openCounters(source: SpendingSource): SpendingCounters {
  const budgets = new Map<string, readonly Budget[]>();
  const counters = new Map<string, OpenCounter>();

  function budgetsOf(keyId: string): readonly Budget[] {
    let known = budgets.get(keyId);
    if (!known) budgets.set(keyId, (known = source.budgetsOf(keyId)));
    return known;
  }

  function counterOf({ keyId, at, simulated }: Account, window: BudgetWindow): OpenCounter {
    const name = { keyId, window, start: windowStart(window, at), simulated };
    const key = counterKey(name);
    let counter = counters.get(key);
    if (!counter) counters.set(key, (counter = { ...name, ...source.read(name), changed: false }));
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
    changed: () => [...counters.values()].filter(({ changed }) => changed),
  };
}

/** One text for one counter, for use in maps. */
export function counterKey({ keyId, window, start, simulated }: CounterName): string {
  return `${window} ${start} ${Number(simulated)} ${keyId}`;
}
