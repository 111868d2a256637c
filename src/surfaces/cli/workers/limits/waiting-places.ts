import { limitKey, type DividedLimit } from '../../../../core/limit-exchange.ts';

/** The places that have asked in vain, by limit; the one that has waited longest comes first. */
export class WaitingPlaces {
  readonly #waiting = new Map<string, { readonly limit: DividedLimit; readonly places: Set<number> }>();

  add(place: number, limit: DividedLimit): void {
    const key = limitKey(limit);
    const places = this.#waiting.get(key)?.places ?? new Set();
    this.#waiting.set(key, { limit, places: places.add(place) });
  }

  /** Returns the place that has waited longest for a limit, and removes it. */
  takeFirst(limit: DividedLimit): number | undefined {
    const places = this.#placesOf(limit);
    const [first] = places;
    if (first !== undefined) this.#waiting.get(limitKey(limit))?.places.delete(first);
    return first;
  }

  /** Returns the place other than `place` that has waited longest for a limit. */
  firstBesides(place: number, limit: DividedLimit): number | undefined {
    return [...this.#placesOf(limit)].find((waiting) => waiting !== place);
  }

  /** The place waits for nothing any more. */
  remove(place: number): void {
    for (const { places } of this.#waiting.values()) places.delete(place);
  }

  /** Every waiting place with the limit that it waits for. */
  *[Symbol.iterator](): Generator<{ readonly place: number; readonly limit: DividedLimit }> {
    for (const { limit, places } of this.#waiting.values())
      for (const place of places) yield { place, limit };
  }

  #placesOf(limit: DividedLimit): ReadonlySet<number> {
    return this.#waiting.get(limitKey(limit))?.places ?? new Set();
  }
}
