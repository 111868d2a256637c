import { windowStart } from './budget-window.ts';
import { budgetWindows, type Budget, type BudgetStanding, type BudgetWindow } from '../core/stores/stores.ts';
import type { Ms, NanoUsd } from '../core/units.ts';
import { standingOf } from './budget-check.ts';

/** Whose money, of which kind, and the instant whose windows it belongs to. */
type Account = { readonly keyId: string; readonly at: Ms; readonly simulated: boolean };

/** One row of `spending`: what a key has spent and reserved in one window. */
export type CounterName = {
  readonly keyId: string;
  readonly window: BudgetWindow;
  readonly start: Ms;
  readonly simulated: boolean;
};

export type Money = { readonly spent: NanoUsd; readonly reserved: NanoUsd };

/** Where budgets and counters come from: a transaction in which nobody else can change them. */
export type SpendingSource = {
  budgetsOf(keyId: string): readonly Budget[];
  /** What was written before this transaction. */
  read(name: CounterName): Money;
};

/**
 * What keys have spent and reserved. Every key is counted in every window, whether or not a budget looks at it: a
 * budget that is set, moved to another window or taken away and set again counts all of its window, and what a call
 * set aside is given back where it was taken from, whatever budgets the key has by then.
 */
export type SpendingCounters = {
  standings(account: Account): BudgetStanding[];
  /** Adds to the counters of every window that the account's instant lies in; negative amounts take away. */
  move(account: Account, change: Money): void;
  /** What is to be added to the counters before the commit, each once. */
  changes(): readonly CounterChange[];
};

export type CounterChange = CounterName & Money;

/** What the calls of one key in one hour have moved. Whatever window holds the start of an hour holds all of it. */
type HourlyChange = {
  readonly hour: Ms;
  readonly simulated: boolean;
  spent: NanoUsd;
  reserved: NanoUsd;
};

export function openCounters(source: SpendingSource): SpendingCounters {
  const budgets = new Map<string, readonly Budget[]>();
  const written = new Map<string, Money>();
  /** By key. Only what is written needs to know of all the windows: most of a transaction is one key's, in one hour. */
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
 * One order for everybody who writes several counters at once: a key without a row of its own has nothing else to be locked
 * by, and two processes whose calls came in other orders would wait for each other.
 */
export function inLockOrder(changes: readonly CounterChange[]): CounterChange[] {
  return changes
    .map((change) => ({ change, key: counterKey(change) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ change }) => change);
}

/** One text for one counter, for use in maps. */
export function counterKey({ keyId, window, start, simulated }: CounterName): string {
  return `${window} ${start} ${Number(simulated)} ${keyId}`;
}
