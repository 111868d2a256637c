import { limitKey, type DividedLimit, type ReceivedPermits } from '../../../core/limit-exchange.ts';
import type { Ms } from '../../../core/units.ts';
import { LimitBalances, type Permits } from './limit-balances.ts';
import type { AboutLimits, ToWorker } from './messages.ts';
import { WaitingPlaces } from './waiting-places.ts';

/** A worker that does not answer within this time is not waited for; what it spares later is passed on. */
const wishPatienceMs: Ms = 500;
/** The same for a check: longer, because whoever is silent may use more than is known here. */
const checkPatienceMs: Ms = 1_000;

/** A question of one place to others. */
type Question = {
  readonly id: number;
  readonly asker: number;
  readonly limit: DividedLimit;
  /** The places whose answer is awaited. */
  readonly missing: Set<number>;
  readonly timer: NodeJS.Timeout;
};

/** What others use beyond what they hold. */
type Check = Question & {
  /** How many permits were in use at the asker when it asked. */
  readonly used: number;
  /** Permits that are in use at others beyond what they hold, and that the asker had none for. */
  lacking: number;
  /** The asker no longer waits for the answers. */
  isGivenUp: boolean;
};

/** A place wants what others do not use. */
type Wish = Question & {
  received: boolean;
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
  readonly #checks = new Map<number, Check>();
  readonly #wishes = new Map<number, Wish>();
  #questions = 0;

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
      case 'limit-used':
        return this.#answered(place, message);
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
    for (const { id, asker } of [...this.#checks.values(), ...this.#wishes.values()])
      if (asker === place) this.#drop(id);
    for (const check of this.#checks.values()) if (check.missing.has(place)) this.#heard(place, check, 0);
    for (const wish of this.#wishes.values()) if (wish.missing.delete(place)) this.#settle(wish);
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

  #ask(asker: number, { limit, purpose, used }: Extract<AboutLimits, { type: 'limit-asked' }>): void {
    this.#balances.update(asker, limit);
    if (purpose === 'check') this.#check(asker, limit, used);
    else this.#askForMore(asker, limit);
  }

  #check(asker: number, limit: DividedLimit, used: number): void {
    for (const earlier of this.#checks.values())
      if (earlier.asker === asker && limitKey(earlier.limit) === limitKey(limit)) this.#drop(earlier.id);
    const check: Check = {
      ...this.#question(asker, limit, this.#othersThan(asker)),
      timer: setTimeout(() => this.#giveUp(check), checkPatienceMs),
      used,
      lacking: 0,
      isGivenUp: false,
    };
    this.#checks.set(check.id, check);
    for (const place of check.missing) this.#send(place, { type: 'limit-use-wanted', ask: check.id, limit });
    for (const place of this.#absent(asker)) this.#cover(place, check, 0);
    if (check.missing.size === 0) this.#conclude(check);
  }

  #askForMore(asker: number, limit: DividedLimit): void {
    if (this.#takeFromAbsent(asker, limit) === 0) this.#wish(asker, limit, this.#othersThan(asker));
  }

  #wish(asker: number, limit: DividedLimit, places: readonly number[]): void {
    const wish: Wish = {
      ...this.#question(asker, limit, places),
      timer: setTimeout(() => this.#refuse(wish), wishPatienceMs),
      received: false,
      freeInMs: Infinity,
    };
    this.#wishes.set(wish.id, wish);
    for (const place of wish.missing) this.#send(place, { type: 'spare-limit', ask: wish.id, limit });
    this.#settle(wish);
  }

  #question(asker: number, limit: DividedLimit, places: readonly number[]): Omit<Question, 'timer'> {
    this.#questions += 1;
    // A worker that is still starting does not know yet what its place has given away.
    const missing = new Set(places.filter((place) => this.#workers.has(place)));
    return { id: this.#questions, asker, limit, missing };
  }

  #othersThan(asker: number): number[] {
    return [...this.#workers].filter((place) => place !== asker);
  }

  #drop(id: number): void {
    clearTimeout((this.#checks.get(id) ?? this.#wishes.get(id))?.timer);
    this.#checks.delete(id);
    this.#wishes.delete(id);
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

  /** If a place uses more than it holds, moves permits to it that the asker does not use. */
  #cover(place: number, check: Check, usedThere: number): void {
    const { asker, limit, used } = check;
    const lacking = this.#lacking(place, limit, usedThere);
    const permits = Math.max(0, Math.min(lacking, this.#balances.held(asker, limit) - used));
    check.lacking += lacking - permits;
    if (permits < 1) return;
    this.#balances.update(place, limit);
    this.#balances.move(asker, place, { limit, permits });
    this.#deliver(asker, { limit, permits: -permits }, { covering: true });
    if (this.#workers.has(place)) this.#deliver(place, { limit, permits }, { covering: true });
  }

  #lacking(place: number, limit: DividedLimit, used: number): number {
    return Math.max(0, used - this.#balances.held(place, limit));
  }

  /** The other places without a worker. */
  #absent(asker: number): number[] {
    const places = Array.from({ length: this.#processes }, (_, place) => place);
    return places.filter((place) => place !== asker && !this.#workers.has(place));
  }

  /** A worker has answered how much it uses. */
  #answered(place: number, { ask, used }: Extract<AboutLimits, { type: 'limit-used' }>): void {
    const check = this.#checks.get(ask);
    if (check) this.#heard(place, check, used);
  }

  /** It is known how much a place uses: nothing if its worker has died. */
  #heard(place: number, check: Check, used: number): void {
    const { asker, limit, missing, isGivenUp } = check;
    missing.delete(place);
    if (!isGivenUp) this.#cover(place, check, used);
    else if (this.#lacking(place, limit, used) > 0) {
      // The asker may use by now what would cover that.
      this.#drop(check.id);
      return this.#deliver(asker, { limit, permits: 0 }, { unchecked: true });
    }
    if (missing.size > 0) return;
    this.#drop(check.id);
    if (!isGivenUp) this.#conclude(check);
  }

  /** Of the silent workers is known what they lack if they use nothing: the rest counts when they answer. */
  #giveUp(check: Check): void {
    check.isGivenUp = true;
    for (const place of check.missing) this.#cover(place, check, 0);
    this.#conclude(check);
  }

  #conclude({ asker, limit, lacking }: Check): void {
    if (lacking === 0) this.#deliver(asker, { limit, permits: 0 }, { checked: true });
    // Those who have permits left check as well before they spare some, and cover the rest.
    else this.#askForMore(asker, limit);
  }

  /** A worker has answered what it can spare. */
  #spared(place: number, answer: Extract<AboutLimits, { type: 'limit-spared' }>): void {
    const { ask: id, limit, spared } = answer;
    const { permits, freeInMs = Infinity } = spared;
    const wish = this.#wishes.get(id);
    if (!wish) {
      if (permits > 0) this.#given(place, { limit, permits });
      return;
    }
    wish.freeInMs = Math.min(wish.freeInMs, freeInMs);
    if (permits > 0) {
      wish.received = true;
      this.#move(place, wish.asker, { limit, permits });
      this.#remind(place, limit);
    }
    wish.missing.delete(place);
    this.#settle(wish);
  }

  /** Ends a wish that all have answered. */
  #settle(wish: Wish): void {
    if (wish.received) clearTimeout(wish.timer);
    if (wish.missing.size > 0) return;
    this.#drop(wish.id);
    if (!wish.received) this.#refuse(wish);
  }

  #refuse(wish: Wish): void {
    const { asker, limit } = wish;
    this.#waiting.add(asker, limit);
    const freeInMs = Math.min(wish.freeInMs, this.#balances.restsForMs(limit));
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
    this.#wish(asker, this.#balances.asked(asker, given), [giver]);
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
