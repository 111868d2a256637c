import type { DividedLimit } from '../../../../core/limit-exchange.ts';
import type { Ms } from '../../../../core/units.ts';
import type { AboutLimits } from '../messages.ts';
import type { Permits } from './limit-balances.ts';
import type { LimitPlaces } from './limit-places.ts';

/** A worker that does not answer within this time is not waited for; what it spares later is passed on. */
const patienceMs: Ms = 500;

/** A place wants what others do not use. */
type Wish = {
  readonly id: number;
  readonly asker: number;
  readonly limit: DividedLimit;
  /** The places whose answer is awaited. */
  readonly missing: Set<number>;
  readonly timer: NodeJS.Timeout;
  received: boolean;
  /** When the first permit of the others becomes unused. */
  freeInMs: Ms;
};

/** Moves permits that are not used to the places that want them: at once, or when somebody gives some. */
export class LimitWishes {
  readonly #places: LimitPlaces;
  readonly #open = new Map<number, Wish>();

  constructor(places: LimitPlaces) {
    this.#places = places;
  }

  /** A place asks for more. */
  ask(asker: number, limit: DividedLimit): void {
    if (this.#takeFromAbsent(asker, limit) === 0)
      this.#wish(asker, limit, this.#places.staffedBesides(asker));
  }

  /** A place has changed hands, and with it what it held: asks again for every place that waits. */
  askAgain(): void {
    const { waiting, balances } = this.#places;
    for (const { place, limit } of waiting) this.ask(place, balances.asked(place, limit));
  }

  /** A worker has answered what it can spare. */
  answered(place: number, answer: Extract<AboutLimits, { type: 'limit-spared' }>): void {
    const { ask: id, limit, spared } = answer;
    const { permits, freeInMs = Infinity } = spared;
    const wish = this.#open.get(id);
    if (!wish) {
      if (permits > 0) this.given(place, { limit, permits });
      return;
    }
    wish.freeInMs = Math.min(wish.freeInMs, freeInMs);
    if (permits > 0) {
      wish.received = true;
      this.#places.move(place, wish.asker, { limit, permits });
      this.#remind(place, limit);
    }
    wish.missing.delete(place);
    this.#settle(wish);
  }

  /** A worker has given permits: passes them on to the place that has waited longest, or back. */
  given(giver: number, { limit, permits }: Permits): void {
    this.#places.move(giver, this.#places.waiting.takeFirst(limit) ?? giver, { limit, permits });
    this.#remind(giver, limit);
  }

  /** The worker at this place has died: it wants nothing and spares nothing any more. */
  left(place: number): void {
    for (const wish of this.#open.values()) if (wish.asker === place) this.#drop(wish);
    for (const wish of this.#open.values()) if (wish.missing.delete(place)) this.#settle(wish);
    this.#places.waiting.remove(place);
    this.askAgain();
  }

  /** What the places without a worker hold is unused. */
  #takeFromAbsent(asker: number, limit: DividedLimit): number {
    const { balances } = this.#places;
    let taken = 0;
    for (const place of this.#places.absentBesides(asker)) {
      const permits = balances.held(place, limit);
      if (permits < 1) continue;
      taken += permits;
      balances.move(place, asker, { limit, permits });
    }
    if (taken > 0) this.#places.deliver(asker, { limit, permits: taken }, { unchecked: true });
    return taken;
  }

  #wish(asker: number, limit: DividedLimit, others: readonly number[]): void {
    const wish: Wish = {
      id: this.#places.nextQuestion(),
      asker,
      limit,
      missing: new Set(others),
      timer: setTimeout(() => this.#refuse(wish), patienceMs),
      received: false,
      freeInMs: Infinity,
    };
    this.#open.set(wish.id, wish);
    for (const place of wish.missing) this.#places.send(place, { type: 'spare-limit', ask: wish.id, limit });
    this.#settle(wish);
  }

  /** Ends a wish that all have answered. */
  #settle(wish: Wish): void {
    if (wish.received) clearTimeout(wish.timer);
    if (wish.missing.size > 0) return;
    this.#drop(wish);
    if (!wish.received) this.#refuse(wish);
  }

  #refuse({ asker, limit, freeInMs }: Wish): void {
    const { waiting, balances } = this.#places;
    waiting.add(asker, limit);
    const first = Math.min(freeInMs, balances.restsForMs(limit));
    this.#places.deliver(asker, { limit, permits: 0 }, first < Infinity ? { freeInMs: first } : {});
  }

  /** A place that has given permits to one place is asked for the next one that waits, now and at its next free permit. */
  #remind(giver: number, given: DividedLimit): void {
    const { waiting, balances } = this.#places;
    const asker = waiting.firstBesides(giver, given);
    if (asker === undefined) return;
    this.#wish(asker, balances.asked(asker, given), this.#places.hasWorker(giver) ? [giver] : []);
  }

  #drop({ id, timer }: Wish): void {
    clearTimeout(timer);
    this.#open.delete(id);
  }
}
