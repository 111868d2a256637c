import { maxOf, minOf } from '../../../../core/lists/extremes.ts';
import { firstShare, limitKey, type DividedLimit } from '../../../../core/limit-exchange.ts';
import type { Ms } from '../../../../core/units.ts';

/** A number of permits of a limit, which has the number that was last asked for. */
export type Permits = { readonly limit: DividedLimit; readonly permits: number };

/** Permits that a place has received, minus those that it has given. */
type Balance = {
  limit: DividedLimit;
  permits: number;
  /** Numbers of permits that the place held until they were lowered: requests that it sent with them may still count. */
  peaks: readonly Peak[];
};

type Peak = { readonly permits: number; readonly until: Ms };

/** A worker counts a request for up to a second more than a minute. */
const restMs: Ms = 61_000;

/**
 * How many permits of each limit every place holds: its first share, and what it has received. A place outlives its
 * worker.
 */
export class LimitBalances {
  readonly #processes: number;
  readonly #balances = new Map<number, Map<string, Balance>>();
  /** Permits of dead workers that rest, and until when. */
  readonly #resting = new Set<{ readonly key: string; readonly until: Ms }>();

  /** `processes`: the number of places. */
  constructor(processes: number) {
    this.#processes = processes;
  }

  /** The limit may have another number than when the place last asked for it. */
  update(place: number, limit: DividedLimit): void {
    const balance = this.#balanceAt(place, limit);
    if (limit.of < balance.limit.of) this.#lowered(place, balance);
    balance.limit = limit;
  }

  /** The limit with the number that the place last asked for. */
  asked(place: number, limit: DividedLimit): DividedLimit {
    return this.#balanceAt(place, limit).limit;
  }

  /** How many permits a place holds. */
  held(place: number, limit: DividedLimit): number {
    return firstShare(limit, { place, processes: this.#processes }) + this.#balanceAt(place, limit).permits;
  }

  /** What a place has received, or given away, since it began. */
  received(place: number): readonly Permits[] {
    return [...(this.#balances.get(place)?.values() ?? [])]
      .filter(({ permits }) => permits !== 0)
      .map(({ limit, permits }) => ({ limit, permits }));
  }

  /** Moves unused permits. */
  move(from: number, to: number, { limit, permits }: Permits): void {
    this.#balanceAt(from, limit).permits -= permits;
    this.#balanceAt(to, limit).permits += permits;
  }

  /**
   * The worker at a place has died: no place holds its permits of a minute until the requests that it may have sent with
   * them no longer count. Then the place holds them again, and `rested` is called with them.
   */
  rest(place: number, rested: (permits: Permits) => void): void {
    for (const balance of this.#balances.get(place)?.values() ?? []) {
      const permits = this.#mayBeUsed(place, balance);
      if (balance.limit.kind !== 'rpm' || permits < 1) continue;
      const pause = { key: limitKey(balance.limit), until: performance.now() + restMs };
      this.#resting.add(pause);
      balance.permits -= permits;
      balance.peaks = [];
      setTimeout(() => {
        this.#resting.delete(pause);
        balance.permits += permits;
        rested({ limit: balance.limit, permits });
      }, restMs).unref();
    }
  }

  /** How long the first resting permit of the limit still rests; `Infinity` if none does. */
  restsForMs(limit: DividedLimit): Ms {
    const key = limitKey(limit);
    const ends = [...this.#resting].filter((one) => one.key === key).map(({ until }) => until);
    return Math.max(1, minOf(ends) - performance.now());
  }

  /** The most requests of the place that may count at the moment. */
  #mayBeUsed(place: number, { limit, peaks }: Balance): number {
    const now = performance.now();
    const counting = peaks.filter(({ until }) => until > now).map(({ permits }) => permits);
    return maxOf([this.held(place, limit), ...counting]);
  }

  /** The place is about to hold fewer permits than it may have used. */
  #lowered(place: number, balance: Balance): void {
    const now = performance.now();
    const permits = this.held(place, balance.limit);
    const higher = balance.peaks.filter((peak) => peak.until > now && peak.permits > permits);
    balance.peaks = [...higher, { permits, until: now + restMs }];
  }

  #balanceAt(place: number, limit: DividedLimit): Balance {
    const key = limitKey(limit);
    const ofPlace = this.#balances.get(place) ?? new Map<string, Balance>();
    this.#balances.set(place, ofPlace);
    const balance = ofPlace.get(key) ?? { limit, permits: 0, peaks: [] };
    ofPlace.set(key, balance);
    return balance;
  }
}
