/**
 * Items that wait for one place, which the keys get in turn: before each item of a key, every other key gets at most
 * one turn.
 */
export class TurnsByKey<T> {
  readonly #waiting = new Map<string, Set<T>>();

  add(key: string, item: T): void {
    const own = this.#waiting.get(key);
    if (own) own.add(item);
    else this.#waiting.set(key, new Set([item]));
  }

  /** Takes the next item, if any waits. */
  take(): T | undefined {
    for (const [key, own] of this.#waiting) {
      for (const item of own) {
        this.remove(key, item);
        // The other keys come first now.
        if (this.#waiting.delete(key)) this.#waiting.set(key, own);
        return item;
      }
    }
    return undefined;
  }

  /** Does nothing if the item is not waiting. */
  remove(key: string, item: T): void {
    const own = this.#waiting.get(key);
    own?.delete(item);
    if (own?.size === 0) this.#waiting.delete(key);
  }
}
