import type { AboutLimits, ToWorker } from '../messages.ts';
import { LimitChecks } from './limit-checks.ts';
import { LimitPlaces } from './limit-places.ts';
import { LimitWishes } from './limit-wishes.ts';

/** Moves permits of limits between the workers, as they ask for them, check them and give them. */
export class LimitBroker {
  readonly #places: LimitPlaces;
  readonly #checks: LimitChecks;
  readonly #wishes: LimitWishes;

  /** `processes`: the number of places. */
  constructor(processes: number, send: (place: number, message: ToWorker) => void) {
    this.#places = new LimitPlaces(processes, send);
    this.#wishes = new LimitWishes(this.#places);
    // Those who have permits left check as well before they spare some, and cover what others lack.
    this.#checks = new LimitChecks(this.#places, (asker, limit) => this.#wishes.ask(asker, limit));
  }

  /** Handles a message from the worker at a place. */
  receive(place: number, message: AboutLimits): void {
    switch (message.type) {
      case 'limits-wanted':
        this.#places.join(place);
        return this.#wishes.askAgain();
      case 'limit-asked':
        return this.#asked(place, message);
      case 'limit-used':
        return this.#checks.answered(place, message);
      case 'limit-spared':
        return this.#wishes.answered(place, message);
      case 'limit-given':
        return this.#wishes.given(place, message);
    }
  }

  /** The worker at this place has died. */
  left(place: number): void {
    this.#places.leave(place, () => this.#wishes.askAgain());
    this.#checks.left(place);
    this.#wishes.left(place);
  }

  #asked(asker: number, { limit, purpose, used }: Asked): void {
    this.#places.balances.update(asker, limit);
    if (purpose === 'check') this.#checks.begin(asker, { limit, used });
    else this.#wishes.ask(asker, limit);
  }
}

type Asked = Extract<AboutLimits, { type: 'limit-asked' }>;
