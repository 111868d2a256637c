/** Ids come from outside too, as the names of passed-through models do. */
const usualMax = 10_000;

/**
 * States by id, at most `max` of them. To make room for another one, the oldest state that may be forgotten is removed;
 * if none may be, the limit is exceeded.
 */
export class BoundedStates<State> {
  readonly #states = new Map<string, State>();
  readonly #mayForget: (state: State) => boolean;
  readonly #max: number;
  #membership = 0;

  /** `mayForget`: default: every state. */
  constructor({
    mayForget = () => true,
    max = usualMax,
  }: { readonly mayForget?: (state: State) => boolean; readonly max?: number } = {}) {
    this.#mayForget = mayForget;
    this.#max = max;
  }

  /** Changes whenever an id is added or removed. */
  get membership(): number {
    return this.#membership;
  }

  get(id: string): State | undefined {
    return this.#states.get(id);
  }

  /** Adds the state of an id that has none, and returns it. */
  add(id: string, state: State): State {
    if (this.#states.size >= this.#max) this.#forgetOne();
    this.#states.set(id, state);
    this.#membership += 1;
    return state;
  }

  delete(id: string): void {
    if (this.#states.delete(id)) this.#membership += 1;
  }

  /** All states, the oldest first. */
  values(): IterableIterator<State> {
    return this.#states.values();
  }

  #forgetOne(): void {
    for (const [id, state] of this.#states) {
      if (this.#mayForget(state)) return this.delete(id);
    }
  }
}
