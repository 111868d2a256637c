import { limitKey, type DividedLimit } from '../../../../core/limit-exchange.ts';
import type { Ms } from '../../../../core/units.ts';
import type { AboutLimits } from '../messages.ts';
import type { LimitPlaces } from './limit-places.ts';

/** A worker that does not answer in time is not waited for. Longer than for a wish: the silent may use more than they hold. */
const patienceMs: Ms = 1_000;

/** A question of one place: what do the others use beyond what they hold? */
type Check = {
  readonly id: number;
  readonly asker: number;
  readonly limit: DividedLimit;
  /** How many permits were in use at the asker when it asked. */
  readonly used: number;
  /** The places whose answer is awaited. */
  readonly missing: Set<number>;
  readonly timer: NodeJS.Timeout;
  /** Permits that are in use at others beyond what they hold, and that the asker had none for. */
  lacking: number;
  /** The asker no longer waits for the answers. */
  isGivenUp: boolean;
};

/** Finds out for a place whether others use more than they hold, and covers that with its unused permits. */
export class LimitChecks {
  readonly #places: LimitPlaces;
  readonly #askForMore: (asker: number, limit: DividedLimit) => void;
  readonly #open = new Map<number, Check>();

  /** `askForMore` is called for a place whose permits do not cover what others lack. */
  constructor(places: LimitPlaces, askForMore: (asker: number, limit: DividedLimit) => void) {
    this.#places = places;
    this.#askForMore = askForMore;
  }

  /** A place asks; it has `used` permits in use. An earlier check of the same limit is replaced. */
  begin(asker: number, { limit, used }: { readonly limit: DividedLimit; readonly used: number }): void {
    for (const earlier of this.#open.values())
      if (earlier.asker === asker && limitKey(earlier.limit) === limitKey(limit)) this.#drop(earlier);
    const check: Check = {
      id: this.#places.nextQuestion(),
      asker,
      limit,
      used,
      missing: new Set(this.#places.staffedBesides(asker)),
      timer: setTimeout(() => this.#giveUp(check), patienceMs),
      lacking: 0,
      isGivenUp: false,
    };
    this.#open.set(check.id, check);
    for (const place of check.missing)
      this.#places.send(place, { type: 'limit-use-wanted', ask: check.id, limit });
    for (const place of this.#places.absentBesides(asker)) this.#cover(place, check, 0);
    if (check.missing.size === 0) this.#conclude(check);
  }

  /** A worker has answered how much it uses. */
  answered(place: number, { ask, used }: Extract<AboutLimits, { type: 'limit-used' }>): void {
    const check = this.#open.get(ask);
    if (check) this.#heard(place, check, used);
  }

  /** The worker at this place has died: it asks for nothing and uses nothing any more. */
  left(place: number): void {
    for (const check of this.#open.values()) if (check.asker === place) this.#drop(check);
    for (const check of this.#open.values()) if (check.missing.has(place)) this.#heard(place, check, 0);
  }

  #heard(place: number, check: Check, used: number): void {
    const { asker, limit, missing, isGivenUp } = check;
    missing.delete(place);
    if (!isGivenUp) this.#cover(place, check, used);
    else if (this.#lacking(place, limit, used) > 0) {
      // The asker may use by now what would cover that.
      this.#drop(check);
      return this.#places.deliver(asker, { limit, permits: 0 }, { unchecked: true });
    }
    if (missing.size > 0) return;
    this.#drop(check);
    if (!isGivenUp) this.#conclude(check);
  }

  /** Of the silent workers is known what they lack if they use nothing: the rest counts when they answer. */
  #giveUp(check: Check): void {
    check.isGivenUp = true;
    for (const place of check.missing) this.#cover(place, check, 0);
    this.#conclude(check);
  }

  #conclude({ asker, limit, lacking }: Check): void {
    if (lacking === 0) this.#places.deliver(asker, { limit, permits: 0 }, { checked: true });
    else this.#askForMore(asker, limit);
  }

  /** If a place uses more than it holds, moves permits to it that the asker does not use. */
  #cover(place: number, check: Check, usedThere: number): void {
    const { balances } = this.#places;
    const { asker, limit, used } = check;
    const lacking = this.#lacking(place, limit, usedThere);
    const permits = Math.max(0, Math.min(lacking, balances.held(asker, limit) - used));
    check.lacking += lacking - permits;
    if (permits < 1) return;
    balances.update(place, limit);
    balances.move(asker, place, { limit, permits });
    this.#places.deliver(asker, { limit, permits: -permits }, { covering: true });
    if (this.#places.hasWorker(place)) this.#places.deliver(place, { limit, permits }, { covering: true });
  }

  /** What a place uses beyond what it holds. */
  #lacking(place: number, limit: DividedLimit, used: number): number {
    return Math.max(0, used - this.#places.balances.held(place, limit));
  }

  #drop({ id, timer }: Check): void {
    clearTimeout(timer);
    this.#open.delete(id);
  }
}
