import type { Settlement } from '../../core/stores/ledger.ts';
import type { RateUse, SecondUse } from '../../core/money/rate-windows.ts';
import type { Ms, NanoUsd } from '../../core/units.ts';
import type { Opening } from './ledger-columns.ts';
import type { Account, SpendingCounters } from './spending-counters.ts';

/** The money columns of a call's row. */
export type HeldCall = {
  readonly id: string;
  readonly keyId: string;
  readonly startedAt: Ms;
  readonly state: string;
  readonly simulated: boolean;
  readonly held: NanoUsd;
  readonly booked: NanoUsd;
  readonly inputEstimate: NanoUsd;
  readonly unknownPrice: boolean;
  /** The call whose reservation pays for this one. */
  readonly reservationId?: string;
};

/** The ledger inside one transaction: what is read here cannot change before the commit. */
export interface Books {
  readonly spending: SpendingCounters;
  readonly rates: RateBooks;
  call(id: string): HeldCall | undefined;
  insert(opening: Opening): void;
  /** Sets the amount that a call still has reserved. */
  hold(id: string, held: NanoUsd): void;
  end(settlement: Settlement): void;
  /**
   * Like `end`, but only if the row has not changed since it was opened; otherwise does nothing. Saves reading the row
   * again.
   */
  endUntouched?(opened: HeldCall, settlement: Settlement): boolean;
  /** Ends a call of a dead process at `booked`, the best estimate of its cost. */
  interrupt(id: string, end: { readonly at: Ms; readonly booked: NanoUsd; readonly cost?: NanoUsd }): void;
}

/**
 * The ledger inside one transaction that reads nothing: what a work takes for granted, the database checks before the
 * commit. If any of it does not hold, nothing is written.
 */
export interface UnreadBooks {
  readonly spending: Pick<SpendingCounters, 'move'>;
  insert(opening: Opening): void;
  /** Takes for granted that the row has not changed since it was opened, and ends the call. */
  endUntouched(opened: HeldCall, settlement: Settlement): void;
  /** Takes for granted that what is spent and reserved, with what this transaction moves, exceeds no budget. */
  assumeWithinBudgets(account: Account): void;
  /** Takes for granted that the use fits into the rate window of the key, and adds it. */
  admit(keyId: string, use: RateUse): void;
}

/** What keys have used in the seconds of their last minute. */
export interface RateBooks {
  /** In the order of the seconds. */
  used(keyId: string, now: Ms): readonly SecondUse[];
  add(keyId: string, use: SecondUse): void;
}

/** Work on the ledger, with the rows it needs, for backends that have to fetch them first. */
export type LedgerWork<T> = {
  readonly needs: {
    /** Calls that it reads, and with them those that pay for them. */
    readonly calls?: readonly string[];
    /** Keys whose standings it reads; money can be moved without. */
    readonly accounts?: readonly KeyAt[];
    /** Keys whose rate windows it reads. */
    readonly rates?: readonly KeyAt[];
  };
  readonly run: (books: Books) => T;
  /**
   * The same work, as it nearly always goes: for backends to which reading first costs a round trip. Absent: the work
   * depends on what it reads.
   */
  readonly unread?: (books: UnreadBooks) => T;
};

/** Commits the work together with whatever else waits, and resolves with its result. */
export type Commit = <T>(work: LedgerWork<T>) => Promise<T>;

/** A key and an instant: stands for the key's windows that contain the instant. */
export type KeyAt = { readonly keyId: string; readonly at: Ms };

export const callColumns =
  'id, key_id, started_at, state, simulated, held, booked, input_estimate, unknown_price, reservation_id';

/** Reads a row of `callColumns`, integers as `bigint`. */
export function heldCallFromRow(row: Readonly<Record<string, unknown>>): HeldCall {
  return {
    id: String(row['id']),
    keyId: String(row['key_id']),
    startedAt: Number(row['started_at']),
    state: String(row['state']),
    simulated: row['simulated'] === 1n,
    held: nano(row['held']),
    booked: nano(row['booked']),
    inputEstimate: nano(row['input_estimate']),
    unknownPrice: row['unknown_price'] === 1n,
    ...(typeof row['reservation_id'] === 'string' && { reservationId: row['reservation_id'] }),
  };
}

/** Reads an amount from a row; a missing amount is 0. */
export function nano(value: unknown): NanoUsd {
  return typeof value === 'bigint' ? value : 0n;
}
