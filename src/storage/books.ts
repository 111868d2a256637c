import type { Settlement } from '../core/stores/ledger.ts';
import type { SecondUse } from '../core/money/rate-windows.ts';
import type { Ms, NanoUsd } from '../core/units.ts';
import type { Opening } from './ledger-columns.ts';
import type { SpendingCounters } from './spending-counters.ts';

/** What the row of a call says about its money. */
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

/** The ledger inside one transaction: nobody else can change what is read here before it is committed. */
export interface Books {
  readonly spending: SpendingCounters;
  readonly rates: RateBooks;
  call(id: string): HeldCall | undefined;
  insert(opening: Opening): void;
  /** Sets what a call still holds. */
  hold(id: string, held: NanoUsd): void;
  end(settlement: Settlement): void;
  /** As `end`, if nobody has touched the row since it was opened; else nothing. Saves reading it again. */
  endUntouched?(opened: HeldCall, settlement: Settlement): boolean;
  /** Ends a call of a dead process at `booked`, its cost as far as anybody can say. */
  interrupt(id: string, end: { readonly at: Ms; readonly booked: NanoUsd; readonly cost?: NanoUsd }): void;
}

/** What keys have used in the seconds of their last minute. */
export interface RateBooks {
  /** In the order of the seconds. */
  used(keyId: string, now: Ms): readonly SecondUse[];
  add(keyId: string, use: SecondUse): void;
}

/** Work on the books, and what of them it looks at, for backends that have to fetch it first. */
export type Work<T> = {
  readonly needs: {
    readonly calls?: readonly string[];
    readonly accounts?: readonly KeyAt[];
    readonly rates?: readonly KeyAt[];
  };
  readonly run: (books: Books) => T;
};

/** A key and an instant, whose windows are meant. */
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

/** An amount of a row; what is not there is nothing. */
export function nano(value: unknown): NanoUsd {
  return typeof value === 'bigint' ? value : 0n;
}
