import type { ReceivedPermits } from '../../../../core/limit-exchange.ts';
import type { ToWorker } from '../messages.ts';
import { LimitBalances, type Permits } from './limit-balances.ts';
import { WaitingPlaces } from './waiting-places.ts';

/**
 * The places that keep limits together: which have a worker, what each holds, and which wait for more. A place outlives its
 * worker: the replacement continues with what the place had, so that no permit is lost or doubled.
 */
export class LimitPlaces {
  readonly balances: LimitBalances;
  readonly waiting = new WaitingPlaces();
  readonly #processes: number;
  readonly #send: (place: number, message: ToWorker) => void;
  /** The places that have a worker. One that is still starting does not know yet what its place has given away. */
  readonly #workers = new Set<number>();
  #questions = 0;

  /** `processes`: the number of places. */
  constructor(processes: number, send: (place: number, message: ToWorker) => void) {
    this.#processes = processes;
    this.#send = send;
    this.balances = new LimitBalances(processes);
  }

  /** The worker at this place has started: it receives what its place holds. */
  join(place: number): void {
    this.#workers.add(place);
    for (const permits of this.balances.received(place)) this.deliver(place, permits);
  }

  /** The worker at this place has died. `rested` is called when permits that it may have used are unused again. */
  leave(place: number, rested: () => void): void {
    this.#workers.delete(place);
    this.balances.rest(place, (permits) => {
      if (this.hasWorker(place)) this.deliver(place, permits, { unchecked: true });
      rested();
    });
  }

  hasWorker(place: number): boolean {
    return this.#workers.has(place);
  }

  /** The other places that have a worker. */
  staffedBesides(asker: number): number[] {
    return [...this.#workers].filter((place) => place !== asker);
  }

  /** The other places without a worker. */
  absentBesides(asker: number): number[] {
    const places = Array.from({ length: this.#processes }, (_, place) => place);
    return places.filter((place) => place !== asker && !this.#workers.has(place));
  }

  /** Returns the number of a new question to workers, of whatever kind. */
  nextQuestion(): number {
    this.#questions += 1;
    return this.#questions;
  }

  send(place: number, message: ToWorker): void {
    this.#send(place, message);
  }

  /** Moves permits that the worker at `from` has given away. */
  move(from: number, to: number, permits: Permits): void {
    this.balances.move(from, to, permits);
    // A worker that is still starting receives all of its place's permits when it joins.
    if (this.hasWorker(to)) this.deliver(to, permits);
  }

  /** Tells a worker about permits of its place. */
  deliver(
    place: number,
    { limit, permits }: Permits,
    about: Omit<ReceivedPermits, 'permits' | 'wanted'> = {},
  ): void {
    const wanted = this.waiting.firstBesides(place, limit) !== undefined;
    this.send(place, { type: 'limit-permits', limit, received: { permits, wanted, ...about } });
  }
}
