/**
 * An iterator that returns available items synchronously. One promise per item in each stage of a pipeline costs more
 * than the work of the stage.
 */
export type ReadyIterator<T> = AsyncIterator<T, undefined> & {
  /** What `next` would resolve with; `undefined` while that is unknown. @throws what `next` would reject with. */
  ready(): IteratorResult<T, undefined> | undefined;
  /** To be awaited after `undefined`: resolves when `ready` may return an item, and never rejects. */
  arrival(): Promise<void>;
};

export const over: IteratorReturnResult<undefined> = { done: true, value: undefined };

/** Implements `next` by `ready` and `arrival`. */
export async function nextOf<T>(iterator: ReadyIterator<T>): Promise<IteratorResult<T, undefined>> {
  for (;;) {
    const next = iterator.ready();
    if (next) return next;
    await iterator.arrival();
  }
}

/** Returns the iterator itself if it has `ready` and `arrival`, else a wrapper around it. */
export function readyIterator<T>(iterator: AsyncIterator<T>): ReadyIterator<T> {
  return isReadyIterator(iterator) ? iterator : new AwaitedIterator(iterator);
}

/**
 * Works like `for await (const item of items) await take(item)`, but without a promise if none is needed: `take`
 * returns a promise to await, or nothing.
 */
export async function forEachItem<T>(
  items: AsyncIterable<T>,
  take: (item: T) => Promise<void> | undefined,
): Promise<void> {
  const iterator = readyIterator(items[Symbol.asyncIterator]());
  for (;;) {
    const next = iterator.ready();
    if (next === undefined) {
      await iterator.arrival();
      continue;
    }
    if (next.done) return;
    try {
      const waiting = take(next.value);
      if (waiting) await waiting;
    } catch (thrown) {
      // As in a loop: the error that ended it is thrown, and errors of `return` are ignored.
      await iterator.return?.().catch(() => undefined);
      throw thrown;
    }
  }
}

function isReadyIterator<T>(iterator: AsyncIterator<T>): iterator is ReadyIterator<T> {
  return 'ready' in iterator && 'arrival' in iterator;
}

class AwaitedIterator<T> implements ReadyIterator<T> {
  readonly #iterator: AsyncIterator<T>;
  #next: IteratorResult<T> | undefined;
  #failure: { readonly thrown: unknown } | undefined;

  constructor(iterator: AsyncIterator<T>) {
    this.#iterator = iterator;
  }

  ready(): IteratorResult<T, undefined> | undefined {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) throw failure.thrown;
    const next = this.#next;
    this.#next = undefined;
    return next?.done ? over : next;
  }

  arrival(): Promise<void> {
    return this.#iterator.next().then(this.#keep, this.#fail);
  }

  next(): Promise<IteratorResult<T, undefined>> {
    return nextOf(this);
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    await this.#iterator.return?.();
    return over;
  }

  readonly #keep = (next: IteratorResult<T>): void => {
    this.#next = next;
  };

  readonly #fail = (thrown: unknown): void => {
    this.#failure = { thrown };
  };
}
