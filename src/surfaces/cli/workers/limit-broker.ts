import {
  limitKey,
  type AskPurpose,
  type DividedLimit,
  type ReceivedPermits,
} from '../../../core/limit-exchange.ts';
import type { Ms } from '../../../core/units.ts';
import { LimitBalances, type Permits } from './limit-balances.ts';
import type { AboutLimits, ToWorker } from './messages.ts';
import { WaitingPlaces } from './waiting-places.ts';

/** A worker that does not answer within this time is not waited for; what it spares later is passed on. */
const patienceMs: Ms = 500;

/** A question of one place to others. */
type Ask = {
  readonly id: number;
  readonly asker: number;
  readonly limit: DividedLimit;
  readonly purpose: AskPurpose;
  /** How many permits were in use at the asker when it asked. */
  readonly used: number;
  /** The places whose answer is awaited. */
  readonly missing: Set<number>;
  readonly timer: NodeJS.Timeout;
  received: boolean;
  /** Permits that are in use at others beyond what they hold, and that the asker had none for. */
  lacking: number;
  /** The asker no longer waits for the answers. */
  isGivenUp: boolean;
  /** When the first permit of the others becomes unused. */
  freeInMs: Ms;
};

/**
 * Moves permits of limits between the workers. A place outlives its worker: the replacement continues with what the place
 * had, so that no permit is lost or doubled.
 */
export class LimitBroker {
  readonly #processes: number;
  readonly #send: (place: number, message: ToWorker) => void;
  /** The places that have a worker. */
  readonly #workers = new Set<number>();
  readonly #balances: LimitBalances;
  readonly #waiting = new WaitingPlaces();
  readonly #asks = new Map<number, Ask>();
  #askCount = 0;

  /** `processes`: the number of places. */
  constructor(processes: number, send: (place: number, message: ToWorker) => void) {
    this.#processes = processes;
    this.#send = send;
    this.#balances = new LimitBalances(processes);
  }

  /** Handles a message from the worker at a place. */
  receive(place: number, message: AboutLimits): void {
    switch (message.type) {
      case 'limits-wanted':
        return this.#joined(place);
      case 'limit-asked':
        return this.#ask(place, message);
      case 'limit-spared':
        return this.#spared(place, message);
      case 'limit-given':
        return this.#given(place, message);
    }
  }

  /** The worker at this place has died. */
  left(place: number): void {
    this.#workers.delete(place);
    this.#balances.rest(place, (rested) => {
      if (this.#workers.has(place)) this.#deliver(place, rested, { unchecked: true });
      this.#askAgain();
    });
    for (const ask of this.#asks.values()) {
      if (ask.asker === place) this.#drop(ask);
      else if (ask.missing.delete(place)) {
        if (ask.purpose === 'check') this.#coverAbsent(place, ask);
        this.#settle(ask);
      }
    }
    this.#waiting.remove(place);
    this.#askAgain();
  }

  #joined(place: number): void {
    this.#workers.add(place);
    for (const permits of this.#balances.received(place)) this.#deliver(place, permits);
    this.#askAgain();
  }

  /** A place has changed hands, and with it what it held: asks again for every place that waits. */
  #askAgain(): void {
    for (const { place, limit } of this.#waiting) this.#askForMore(place, this.#balances.asked(place, limit));
  }

  #ask(asker: number, { limit, purpose, used }: Pick<Ask, 'limit' | 'purpose' | 'used'>): void {
    this.#balances.update(asker, limit);
    if (purpose === 'check') this.#check({ asker, limit, used });
    else this.#askForMore(asker, limit);
  }

  /** What dead workers used beyond their permits is known here, and what the others use is known to them. */
  #check({ asker, limit, used }: Pick<Ask, 'asker' | 'limit' | 'used'>): void {
    for (const ask of this.#asks.values()) {
      const isEarlier = ask.asker === asker && ask.purpose === 'check';
      if (isEarlier && limitKey(ask.limit) === limitKey(limit)) this.#drop(ask);
    }
    const check = this.#open({ asker, limit, used, purpose: 'check' });
    for (const place of this.#absent(asker)) this.#coverAbsent(place, check);
    this.#askPlaces(check, this.#othersThan(asker));
  }

  #askForMore(asker: number, limit: DividedLimit): void {
    if (this.#takeFromAbsent(asker, limit) > 0) return;
    this.#askPlaces(this.#open({ asker, limit, used: 0, purpose: 'more' }), this.#othersThan(asker));
  }

  #othersThan(asker: number): number[] {
    return [...this.#workers].filter((place) => place !== asker);
  }

  #open(about: Pick<Ask, 'asker' | 'limit' | 'purpose' | 'used'>): Ask {
    const id = (this.#askCount += 1);
    const timer = setTimeout(() => this.#giveUp(ask), patienceMs);
    const ask: Ask = {
      ...about,
      id,
      missing: new Set(),
      timer,
      received: false,
      lacking: 0,
      isGivenUp: false,
      freeInMs: Infinity,
    };
    this.#asks.set(id, ask);
    return ask;
  }

  #drop({ id, timer }: Ask): void {
    clearTimeout(timer);
    this.#asks.delete(id);
  }

  #askPlaces(ask: Ask, places: readonly number[]): void {
    const { id, limit, purpose, missing } = ask;
    // A worker that is still starting does not know yet what its place has given away.
    for (const place of places) if (this.#workers.has(place)) missing.add(place);
    for (const place of missing) this.#send(place, { type: 'spare-limit', ask: id, limit, purpose });
    this.#settle(ask);
  }

  /** What the places without a worker hold is unused. */
  #takeFromAbsent(asker: number, limit: DividedLimit): number {
    let taken = 0;
    for (const place of this.#absent(asker)) {
      const permits = this.#balances.held(place, limit);
      if (permits < 1) continue;
      taken += permits;
      this.#balances.move(place, asker, { limit, permits });
    }
    if (taken > 0) this.#deliver(asker, { limit, permits: taken }, { unchecked: true });
    return taken;
  }

  /** What a place without a worker used beyond its permits is what it lacks of the limit now. */
  #coverAbsent(place: number, check: Ask): void {
    this.#cover(place, check, -this.#balances.held(place, check.limit));
  }

  /** Moves permits that the asker does not use to a place that uses `lacking` more than it holds. */
  #cover(place: number, check: Ask, lacking: number): void {
    const { asker, limit, used } = check;
    const permits = Math.max(0, Math.min(lacking, this.#balances.held(asker, limit) - used));
    check.lacking += Math.max(0, lacking - permits);
    if (permits < 1) return;
    this.#balances.update(place, limit);
    this.#balances.move(asker, place, { limit, permits });
    this.#deliver(asker, { limit, permits: -permits }, { covering: true });
    if (this.#workers.has(place)) this.#deliver(place, { limit, permits }, { covering: true });
  }

  /** The other places without a worker. */
  #absent(asker: number): number[] {
    const places = Array.from({ length: this.#processes }, (_, place) => place);
    return places.filter((place) => place !== asker && !this.#workers.has(place));
  }

  /** A worker has answered what it can spare. */
  #spared(place: number, answer: Extract<AboutLimits, { type: 'limit-spared' }>): void {
    const { ask: id, limit, spared } = answer;
    const { permits, freeInMs = Infinity } = spared;
    const ask = this.#asks.get(id);
    if (!ask) {
      if (permits > 0) this.#given(place, { limit, permits });
      return;
    }
    ask.freeInMs = Math.min(ask.freeInMs, freeInMs);
    if (permits < 0 && ask.isGivenUp) return this.#recheck(ask);
    if (permits < 0) this.#cover(place, ask, -permits);
    else if (permits > 0) {
      ask.received = true;
      this.#move(place, ask.asker, { limit, permits });
      this.#remind(place, limit);
    }
    ask.missing.delete(place);
    this.#settle(ask);
  }

  /** The asker has gone on without an answer that it should have had. */
  #recheck(check: Ask): void {
    this.#drop(check);
    this.#deliver(check.asker, { limit: check.limit, permits: 0 }, { unchecked: true });
  }

  /** Ends a question that all have answered. */
  #settle(ask: Ask): void {
    const { asker, limit, purpose, missing, timer, received } = ask;
    if (received) clearTimeout(timer);
    if (missing.size > 0) return;
    this.#drop(ask);
    if (purpose === 'more') {
      if (!received) this.#refuse(ask);
    } else if (ask.lacking === 0) this.#deliver(asker, { limit, permits: 0 }, { checked: true });
    // Those who have permits left check as well before they spare some, and cover the rest.
    else this.#askForMore(asker, limit);
  }

  #giveUp(ask: Ask): void {
    if (ask.purpose === 'more') return this.#refuse(ask);
    ask.isGivenUp = true;
    // What has been answered counts: only the rest is done without.
    if (ask.lacking > 0) return this.#askForMore(ask.asker, ask.limit);
    this.#deliver(ask.asker, { limit: ask.limit, permits: 0 }, { unanswered: true });
  }

  #refuse(ask: Ask): void {
    const { asker, limit } = ask;
    this.#waiting.add(asker, limit);
    const freeInMs = Math.min(ask.freeInMs, this.#balances.restsForMs(limit));
    this.#deliver(asker, { limit, permits: 0 }, freeInMs < Infinity ? { freeInMs } : {});
  }

  /** Passes permits on to the place that has waited longest, or back. */
  #given(giver: number, { limit, permits }: Permits): void {
    this.#move(giver, this.#waiting.takeFirst(limit) ?? giver, { limit, permits });
    this.#remind(giver, limit);
  }

  /** A place that has given permits to one place is asked for the next one that waits, now and at its next free permit. */
  #remind(giver: number, given: DividedLimit): void {
    const asker = this.#waiting.firstBesides(giver, given);
    if (asker === undefined) return;
    const limit = this.#balances.asked(asker, given);
    this.#askPlaces(this.#open({ asker, limit, used: 0, purpose: 'more' }), [giver]);
  }

  #move(from: number, to: number, permits: Permits): void {
    this.#balances.move(from, to, permits);
    // A worker that is still starting receives all of its place's permits when it joins.
    if (this.#workers.has(to)) this.#deliver(to, permits);
  }

  #deliver(
    place: number,
    { limit, permits }: Permits,
    about: Omit<ReceivedPermits, 'permits' | 'wanted'> = {},
  ): void {
    const wanted = this.#waiting.firstBesides(place, limit) !== undefined;
    this.#send(place, { type: 'limit-permits', limit, received: { permits, wanted, ...about } });
  }
}
