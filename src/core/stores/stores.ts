import type {
  AttemptRow,
  CallRow,
  CallVolume,
  CostGrouping,
  CostReport,
  IntentRow,
  Keeper,
  OutcomeSignal,
  RatingHabits,
  Settlement,
  ThoughtMaker,
} from './ledger.ts';
import type { Bench } from './bench.ts';
import type { KeyRouting } from '../routing/preferences/routing-preferences.ts';
import type { ReportedLimit } from '../money/rate-limits.ts';
import type { RateWindows } from '../money/rate-windows.ts';
import type { RouterStore } from './router-store.ts';
import type { DataPolicy } from '../routing/preferences/provider-preferences.ts';
import type { ThreadStore } from './thread.ts';
import type { Ms, NanoUsd, Usd } from '../units.ts';

export const budgetWindows = ['hour', 'day', 'week', 'month', 'total'] as const;

/** UTC calendar windows; `total` never resets. */
export type BudgetWindow = (typeof budgetWindows)[number];

/** A limit on a key's spending. */
export type Budget = {
  readonly window: BudgetWindow;
  readonly limitUsd: Usd;
  /** What happens to a call whose price is not known. If such calls are allowed, the budget does not bound the bill. */
  readonly unknownPrices: 'refuse' | 'allow';
};

export type KeySettings = {
  readonly name: string;
  readonly budgets: readonly Budget[];
  readonly models?: readonly string[];
  readonly tags?: readonly string[];
  readonly rpm?: number;
  readonly tpm?: number;
  readonly expiresAt?: Ms;
  /** The machine whose own key this is. */
  readonly host?: string;
  readonly routing?: KeyRouting;
  /** Restricts where the key's data may go, in addition to the config. */
  readonly allow?: DataPolicy;
};

/** A virtual key as stored: never the key itself. */
export type VirtualKey = KeySettings & {
  readonly id: string;
  readonly createdAt: Ms;
  readonly disabled: boolean;
  /**
   * The beginning of the key (`ck-4fQz`), so that its holder can find it in a list. Absent for keys that the user made
   * up.
   */
  readonly prefix?: string;
  /** To the hour. Absent: not since Conclave notes it. */
  readonly lastUsedAt?: Ms;
  /** When its secret was last replaced. */
  readonly rotatedAt?: Ms;
  /** Until when a former secret is accepted as well, or was. */
  readonly formerUntil?: Ms;
  /** Stored settings that cannot be read. The key is refused until they are set again. */
  readonly damaged?: readonly string[];
};

/** A key as its secret finds it. `former`: the secret has been replaced, and is accepted until `validUntil`. */
export type FoundKey = VirtualKey & {
  readonly former?: { readonly rotatedAt: Ms; readonly validUntil: Ms };
};

/** What replaces a key's secret. */
export type KeyRotation = {
  readonly hash: string;
  readonly prefix?: string | undefined;
  readonly rotatedAt: Ms;
  /** Until when the secret that it replaces, and any before that, is accepted at most. */
  readonly formerUntil: Ms;
};

/**
 * Only the changed settings of a key, so that two concurrent changes do not undo each other. `null` removes a limit.
 */
export type KeyChange = Partial<Pick<VirtualKey, 'name' | 'budgets' | 'disabled'>> & {
  readonly [Wish in Exclude<keyof KeySettings, 'name' | 'budgets'>]?: KeySettings[Wish] | null;
};

/** The state of a budget: settled and still reserved money of its current window. */
export type BudgetStanding = Budget & {
  readonly spent: NanoUsd;
  readonly reserved: NanoUsd;
  /** Simulated money is capped separately, by the same limit: it never uses up a real budget. */
  readonly simulated: boolean;
  readonly resetsAt?: Ms;
};

/** A budget that refuses a call. */
export type RefusingBudget = BudgetStanding & {
  /** The other budgets of its key. */
  readonly others: readonly BudgetStanding[];
};

/** A refusal names the budget; a success leaves the money reserved under the intent's id. */
export type OpenResult = { readonly ok: true } | { readonly ok: false; readonly refusedBy: RefusingBudget };

/** The part of an intent that its budgets depend on. */
export type WouldBeIntent = Pick<IntentRow, 'keyId' | 'startedAt' | 'simulated' | 'reserved'> & {
  readonly unknownPrice: boolean;
};

/**
 * The ledger. `open` and `settle` resolve when their rows are committed, so an answer that has been acknowledged
 * survives a kill. Concurrent writes are grouped into one commit; `open` checks and reserves atomically, also between
 * processes that share the store.
 */
export interface LedgerStore {
  /**
   * Writes the intent and reserves its money in every budget of its key, or does neither. If part of the price is
   * unknown, a budget either refuses or checks the known part, as its `unknownPrices` says.
   */
  open(intent: IntentRow, options: { readonly unknownPrice: boolean }): Promise<OpenResult>;
  /** Returns what `open` would return now, without reserving or writing anything. */
  wouldOpen(intent: WouldBeIntent): Promise<OpenResult>;
  /**
   * Reserves more for a running call: a failed attempt may be billed all the same, and the next one may still cost as
   * much as was reserved. Refused as an intent is; the existing reservation stays.
   */
  holdMore(id: string, amount: NanoUsd): Promise<OpenResult>;
  /**
   * Writes how the call ended, releases its reservation and books its cost, once: a second settlement is ignored. The
   * cost is booked in the window in which its money was reserved, so that a budget also holds across midnight. A
   * child with a `reservationId` draws its cost from its parent's reservation; the parent's own settlement releases the
   * rest. A late settlement of a call that was presumed dead replaces the estimate. If a settlement cannot be written,
   * this throws `storage` after 15 seconds, and keeps trying to write it as long as the process lives.
   */
  settle(settlement: Settlement): Promise<void>;
  /** Records a call that never reached a provider: intent and end in one commit. */
  refuse(intent: IntentRow, settlement: Settlement): Promise<void>;
  show(id: string): Promise<CallRow | undefined>;
  /** The newest first; with `since`, those that began then or later; `withoutParent`: only those that are no child. */
  recent(options: {
    readonly withoutParent?: boolean;
    readonly limit: number;
    readonly keyId?: string;
    readonly since?: Ms;
  }): Promise<CallRow[]>;
  costs(options: {
    readonly since: Ms;
    readonly until?: Ms;
    readonly by: CostGrouping;
    readonly keyId?: string;
  }): Promise<CostReport>;
  /** All whole calls that used tokens and began at `since` or later, counted by the database. */
  volume(options: { readonly since: Ms }): Promise<CallVolume[]>;
  /**
   * Every `every`-th paid call with its cascade steps, so that all calls are equally likely to be sampled. `without`:
   * models whose calls do not count.
   */
  sample(options: {
    readonly since: Ms;
    readonly simulated: boolean;
    readonly every: number;
    readonly without: readonly string[];
  }): Promise<CallRow[]>;
  /** The child calls of a call, in order. */
  children(id: string): Promise<CallRow[]>;
  /** All calls below these, their children's children too, in order. */
  descendants(ids: readonly string[]): Promise<CallRow[]>;
  /** Stores a signal. It replaces an earlier one of the same kind and source about the same call. */
  addOutcome(outcome: OutcomeSignal): Promise<void>;
  /** How `source` rates, and which recent answers of a key at a task are unrated. Looks at recent calls only. */
  ratingHabits(options: {
    readonly source: string;
    readonly keyId: string;
    readonly task: string | undefined;
    readonly simulated: boolean;
  }): Promise<RatingHabits>;
  /** Owners of these stored answers (or parts of them); ids that this Conclave never handed out are absent. */
  keepersOf(ids: readonly string[]): Promise<ReadonlyMap<string, Keeper>>;
  /**
   * Accounts that made the thoughts of these proofs (by their digests); proofs that this Conclave never handed out are
   * absent.
   */
  makersOf(proofs: readonly string[]): Promise<ReadonlyMap<string, ThoughtMaker>>;
  /** Attempts of a call, in order. */
  attempts(id: string): Promise<AttemptRow[]>;
  /** When the latest of the calls before `before` began; `undefined` without any. */
  latestCallAt(before: Ms): Promise<Ms | undefined>;
  /**
   * Deletes ended calls that began before `before`, with all that belongs to them, and the counters of budget windows
   * that are over by then; resolves with the number of calls. Spending of a `total` budget stays counted.
   */
  forget(before: Ms): Promise<number>;
}

/** Virtual keys, identified by the SHA-256 of the key, in hex: the key itself never reaches a store. */
export interface KeyStore {
  /** @throws ConclaveError `invalid_request` with status 409 if a key in use has the name. */
  create(settings: KeySettings, keyHash: string, prefix?: string): Promise<VirtualKey>;
  find(keyHash: string): Promise<FoundKey | undefined>;
  byId(id: string): Promise<VirtualKey | undefined>;
  list(): Promise<VirtualKey[]>;
  budgets(keyId: string, now: Ms): Promise<BudgetStanding[]>;
  /** The budgets of many keys, by the key's id; keys without budgets are omitted. */
  standings(keyIds: readonly string[], now: Ms): Promise<ReadonlyMap<string, readonly BudgetStanding[]>>;
  /** Returns the changed key; its spending stays. `undefined` if there is no such key. Throws like `create`. */
  change(id: string, change: KeyChange): Promise<VirtualKey | undefined>;
  /** Gives a key another secret; everything else of it stays. `undefined` if there is no such key. */
  rotate(id: string, rotation: KeyRotation): Promise<VirtualKey | undefined>;
  /** Notes that a key was used, unless a later use is already noted. */
  noteUse(id: string, at: Ms): Promise<void>;
}

/** What processes share with each other. It is advice: a late update does no harm. */
export interface UpdateStore<T> {
  /** Stores these updates, unless a later one is already stored, and deletes those that are over by `now`. */
  publish(updates: readonly T[], now: Ms): Promise<void>;
  /** Updates made at `since` or later that are not over by `now`. */
  updates(options: { readonly since: Ms; readonly now: Ms }): Promise<T[]>;
}

/** Limits that providers reported; a limit that has reset is over. */
export type LimitStore = UpdateStore<ReportedLimit>;

/**
 * Accounts and deployments that are tried last for a while. A report that a bench has ended expires after ten minutes.
 */
export type BenchStore = UpdateStore<Bench>;

/** One database, opened and closed by the composition root. */
export interface Store {
  readonly ledger: LedgerStore;
  readonly keys: KeyStore;
  readonly threads: ThreadStore;
  /** Shared by all processes that share the store. */
  readonly rates: RateWindows;
  readonly limits: LimitStore;
  readonly benches: BenchStore;
  readonly router: RouterStore;
  /** Marks calls of dead processes as `interrupted`, booked at their input estimate; returns how many. */
  recoverOrphans(): Promise<number>;
  /** The time by the database's clock, which all processes on it share. */
  clock(): Promise<Ms>;
  /** Damage that the database itself finds, in its own words; empty if it is sound. Reads everything. */
  damage(): Promise<string[]>;
  /** Resolves if the store answers and has accepted the last write, or else a first one; throws `storage` otherwise. */
  ping(): Promise<void>;
  /**
   * The number of ended calls whose row could not be written yet. They are kept, and written when that is possible
   * again.
   */
  unwritten(): number;
  /**
   * Commits what is queued; a second call does nothing.
   * @throws ConclaveError `storage`, with the store closed, that names the calls whose rows could not be written.
   */
  close(): Promise<void>;
}
