import { windowStart } from './budget-window.ts';
import {
  budgetWindows,
  type Budget,
  type BudgetStanding,
  type BudgetWindow,
} from '../../core/stores/stores.ts';
import type { Ms, NanoUsd } from '../../core/units.ts';
import { standingOf } from './budget-check.ts';

/** A key, a kind of money, and the instant whose windows the money belongs to. */
export type Account = { readonly keyId: string; readonly at: Ms; readonly simulated: boolean };

/** One row of `spending`: what a key has spent and reserved in one window. */
export type CounterName = {
  readonly keyId: string;
  readonly window: BudgetWindow;
  readonly start: Ms;
  readonly simulated: boolean;
};

export type Money = { readonly spent: NanoUsd; readonly reserved: NanoUsd };

/** The source of budgets and counters: a transaction in which nothing else can change them. */
export type SpendingSource = {
  budgetsOf(keyId: string): readonly Budget[];
  /** The counter before this transaction. */
  read(name: CounterName): Money;
};

/**
 * What keys have spent and reserved. Every key is counted in every window, whether or not it has a budget there. So a
 * budget that is added, moved to another window, or removed and added again covers its whole window, and a reservation
 * is released where it was made, whatever budgets the key has by then.
 */
export type SpendingCounters = {
  standings(account: Account): BudgetStanding[];
  /** Adds to the counters of every window that contains the account's instant; negative amounts subtract. */
  move(account: Account, change: Money): void;
  /** The changes to add to the counters before the commit, one for each counter. */
  changes(): readonly CounterChange[];
};

export type CounterChange = CounterName & Money;

/** What the calls of one key in one hour have moved. A window that contains the start of an hour contains all of it. */
type HourlyChange = {
  readonly hour: Ms;
  readonly simulated: boolean;
  spent: NanoUsd;
  reserved: NanoUsd;
};

export function openCounters(source: SpendingSource): SpendingCounters {
  const budgets = new Map<string, readonly Budget[]>();
  const written = new Map<string, Money>();
  /** By key. Windows are only computed when writing: most of a transaction belongs to one key in one hour. */
  const moved = new Map<string, HourlyChange[]>();

  function budgetsOf(keyId: string): readonly Budget[] {
    let known = budgets.get(keyId);
    if (!known) budgets.set(keyId, (known = source.budgetsOf(keyId)));
    return known;
  }

  function counterOf(name: CounterName): Money {
    const key = counterKey(name);
    let before = written.get(key);
    if (!before) written.set(key, (before = source.read(name)));
    const since = movedIn(name);
    return { spent: before.spent + since.spent, reserved: before.reserved + since.reserved };
  }

  function movedIn({ keyId, window, start, simulated }: CounterName): Money {
    const sum = { spent: 0n, reserved: 0n };
    for (const change of moved.get(keyId) ?? []) {
      if (change.simulated !== simulated || windowStart(window, change.hour) !== start) continue;
      sum.spent += change.spent;
      sum.reserved += change.reserved;
    }
    return sum;
  }

  function hourlyChange({ keyId, at, simulated }: Account): HourlyChange {
    const hour = windowStart('hour', at);
    let hours = moved.get(keyId);
    if (!hours) moved.set(keyId, (hours = []));
    let change = hours.find((one) => one.hour === hour && one.simulated === simulated);
    if (!change) hours.push((change = { hour, simulated, spent: 0n, reserved: 0n }));
    return change;
  }

  return {
    standings({ keyId, at, simulated }) {
      return budgetsOf(keyId).map((budget) => {
        const { window } = budget;
        const counter = counterOf({ keyId, window, start: windowStart(window, at), simulated });
        return standingOf(budget, { ...counter, simulated }, at);
      });
    },
    move(account, { spent, reserved }) {
      if (spent === 0n && reserved === 0n) return;
      const change = hourlyChange(account);
      change.spent += spent;
      change.reserved += reserved;
    },
    changes() {
      const changes = new Map<string, CounterChange>();
      for (const name of namesOf(moved)) {
        const key = counterKey(name);
        if (!changes.has(key)) changes.set(key, { ...name, ...movedIn(name) });
      }
      return [...changes.values()];
    },
  };
}

function* namesOf(moved: ReadonlyMap<string, readonly HourlyChange[]>): Generator<CounterName> {
  for (const [keyId, hours] of moved)
    for (const { hour, simulated } of hours)
      for (const window of budgetWindows)
        yield { keyId, window, start: windowStart(window, hour), simulated };
}

/**
 * Sorts changes into the one order in which all writers lock counters. Without it, two processes could deadlock over
 * keys that have no row of their own to lock.
 */
export function inLockOrder(changes: readonly CounterChange[]): CounterChange[] {
  return changes
    .map((change) => ({ change, key: counterKey(change) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ change }) => change);
}

/** Returns a text that identifies a counter, for use in maps. */
export function counterKey({ keyId, window, start, simulated }: CounterName): string {
  return `${window} ${start} ${Number(simulated)} ${keyId}`;
}
