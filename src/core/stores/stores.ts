import type {
  AttemptRow,
  CallRow,
  CallVolume,
  CostGrouping,
  CostReport,
  IntentRow,
  Keeper,
  OutcomeSignal,
  Settlement,
  ThoughtMaker,
} from './ledger.ts';
import type { Bench } from './bench.ts';
import type { KeyRouting } from '../routing/routing-preferences.ts';
import type { ReportedLimit } from '../money/rate-limits.ts';
import type { RateWindows } from '../money/rate-windows.ts';
import type { RouterStore } from './router-store.ts';
import type { DataPolicy } from '../routing/provider-preferences.ts';
import type { ThreadStore } from './thread.ts';
import type { Ms, NanoUsd, Usd } from '../units.ts';

export const budgetWindows = ['hour', 'day', 'week', 'month', 'total'] as const;

/** UTC calendar windows; `total` never resets. */
export type BudgetWindow = (typeof budgetWindows)[number];

/** A limit on a key's spending. A soft one lets calls of unknown price through. */
export type Budget = { readonly window: BudgetWindow; readonly limitUsd: Usd; readonly hard: boolean };

export type KeySettings = {
  readonly name: string;
  readonly budgets: readonly Budget[];
  readonly models?: readonly string[];
  readonly tags?: readonly string[];
  readonly rpm?: number;
  readonly tpm?: number;
  readonly expiresAt?: Ms;
  readonly routing?: KeyRouting;
  /** Where the key's data may go, beside what the config allows. */
  readonly allow?: DataPolicy;
};

/** A virtual key as stored: never the key itself. */
export type VirtualKey = KeySettings & {
  readonly id: string;
  readonly createdAt: Ms;
  readonly disabled: boolean;
  /** How the key begins (`ck-4fQz`), for whoever holds it to find it in a list. Absent for keys of the user's own making. */
  readonly prefix?: string;
};

/** What is to change about a key, and nothing else: of two changes at the same moment neither undoes the other. `null` takes a limit away. */
export type KeyChange = Partial<Pick<VirtualKey, 'name' | 'budgets' | 'disabled'>> & {
  readonly [Wish in Exclude<keyof KeySettings, 'name' | 'budgets'>]?: KeySettings[Wish] | null;
};

/** Where a budget stands: settled and still reserved money of its current window. */
export type BudgetStanding = Budget & {
  readonly spent: NanoUsd;
  readonly reserved: NanoUsd;
  /** Simulated money is capped apart from real money and by the same limit: it never eats a real budget. */
  readonly simulated: boolean;
  readonly resetsAt?: Ms;
};

/** A budget's refusal names the budget; a success leaves the money reserved under the intent's id. */
export type OpenResult = { readonly ok: true } | { readonly ok: false; readonly refusedBy: BudgetStanding };

/** As much of an intent as its budgets look at. */
export type WouldBeIntent = Pick<IntentRow, 'keyId' | 'startedAt' | 'simulated' | 'reserved'> & {
  readonly unknownPrice: boolean;
};

/**
 * The books. `open` and `settle` resolve when their rows are committed, so an answer that has been acknowledged
 * survives a kill. Concurrent writes are grouped into one commit; `open` checks and reserves atomically, also
 * between processes that share the store.
 */
export interface LedgerStore {
  /**
   * Writes the intent and reserves its money against every budget of its key, or does neither. An intent of which any
   * part has an unknown price is refused by a hard budget; a soft one looks at the known part.
   */
  open(intent: IntentRow, options: { readonly unknownPrice: boolean }): Promise<OpenResult>;
  /** What `open` would say now; nothing is reserved or written. */
  wouldOpen(intent: WouldBeIntent): Promise<OpenResult>;
  /**
   * Sets more aside for a call under way: an attempt that came to nothing may be billed all the same, and the next one may
   * still cost as much as was reserved. Refused as an intent is; what was held before stays.
   */
  holdMore(id: string, amount: NanoUsd): Promise<OpenResult>;
  /**
   * Writes how the call ended, releases its reservation and books its cost, once: a second settlement is ignored.
   * The cost lands in the window in which its money was reserved, so that a hard budget holds across midnight too.
   * A child with a `reservationId` draws its cost from its parent's reservation; the parent's own settlement
   * releases what is left. A late settlement of a call that was taken for dead replaces the estimate. One that cannot be
   * written is waited for 15 seconds before this throws `storage`, and is written even later, as long as the process lives.
   */
  settle(settlement: Settlement): Promise<void>;
  /** A call that never reached a provider: intent and end in one commit. */
  refuse(intent: IntentRow, settlement: Settlement): Promise<void>;
  show(id: string): Promise<CallRow | undefined>;
  /** The newest first; with `since` those that began then or later. */
  recent(options: {
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
  /** Whole calls that used tokens and began at `since` or later, all of them, counted by the database. */
  volume(options: { readonly since: Ms }): Promise<CallVolume[]>;
  /**
   * Of those that were paid for one of each `every` that followed one another, with the steps of cascades: each call has the
   * same chance to be among them. `without`: models whose calls do not count.
   */
  sample(options: {
    readonly since: Ms;
    readonly simulated: boolean;
    readonly every: number;
    readonly without: readonly string[];
  }): Promise<CallRow[]>;
  /** The calls that a call made in its turn, in order. */
  children(id: string): Promise<CallRow[]>;
  /** Keeps a signal. One of the same kind and source about the same call replaces the earlier. */
  addOutcome(outcome: OutcomeSignal): Promise<void>;
  /** Whose the kept answers, or pieces of answers, of these ids are; those that nobody was given here are absent. */
  keepersOf(ids: readonly string[]): Promise<ReadonlyMap<string, Keeper>>;
  /** Who made the thoughts of these proofs (by their digests); those that nobody made here are absent. */
  makersOf(proofs: readonly string[]): Promise<ReadonlyMap<string, ThoughtMaker>>;
  /** Attempts of a call, in order. */
  attempts(id: string): Promise<AttemptRow[]>;
  /**
   * Deletes calls that began before `before` and have ended, with all that belongs to them, and the counters of budget
   * windows that are over by then; resolves with how many calls. What was spent of a total budget stays counted.
   */
  forget(before: Ms): Promise<number>;
}

/** Virtual keys by the SHA-256 of the key, in hex: the key itself never reaches a store. */
export interface KeyStore {
  /** @throws ConclaveError `invalid_request` with status 409 where a key in use has the name. */
  create(settings: KeySettings, keyHash: string, prefix?: string): Promise<VirtualKey>;
  find(keyHash: string): Promise<VirtualKey | undefined>;
  byId(id: string): Promise<VirtualKey | undefined>;
  list(): Promise<VirtualKey[]>;
  budgets(keyId: string, now: Ms): Promise<BudgetStanding[]>;
  /** The key as it is then; what it has spent stays. `undefined` where there is no such key. Throws as `create`. */
  change(id: string, change: KeyChange): Promise<VirtualKey | undefined>;
}

/** What processes tell each other. Advice: what comes late is no harm. */
export interface UpdateStore<T> {
  /** Keeps what was said, unless something later is kept already, and forgets what is over by `now`. */
  tell(said: readonly T[], now: Ms): Promise<void>;
  /** What was said at `since` or later and is not over by `now`. */
  said(options: { readonly since: Ms; readonly now: Ms }): Promise<T[]>;
}

/** What providers said of their limits; one that has reset is over. */
export type LimitStore = UpdateStore<ReportedLimit>;

/** Who is asked last for a while. That somebody has answered since is over after ten minutes. */
export type BenchStore = UpdateStore<Bench>;

/** One database: opened once by the composition root, closed by it. */
export interface Store {
  readonly ledger: LedgerStore;
  readonly keys: KeyStore;
  readonly threads: ThreadStore;
  /** Shared by all processes that share the store. */
  readonly rates: RateWindows;
  readonly limits: LimitStore;
  readonly benches: BenchStore;
  readonly router: RouterStore;
  /** Marks calls of dead processes `interrupted`, booked at their input estimate; returns how many. */
  recoverOrphans(): Promise<number>;
  /** What the database itself finds damaged, in its own words; empty where it is sound. It reads everything. */
  damage(): Promise<string[]>;
  /** Resolves when the store answers and has taken the last write; throws `storage` otherwise. */
  ping(): Promise<void>;
  /** How many calls have ended whose row could not be written yet. They are kept, and written when that is possible again. */
  unwritten(): number;
  /** Commits what is queued; a second time it does nothing. */
  close(): Promise<void>;
}
