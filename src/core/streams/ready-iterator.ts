/**
 * An iterator that hands over at once what is there already. A promise for every item, at each of those who pass it on,
 * costs more than what they do with it.
 */
export type ReadyIterator<T> = AsyncIterator<T, undefined> & {
  /** What `next` would give; `undefined` while that is not known. @throws what `next` would reject with. */
  ready(): IteratorResult<T, undefined> | undefined;
  /** For who got `undefined`: resolves when `ready` may know, and never rejects. */
  arrival(): Promise<void>;
};

export const over: IteratorReturnResult<undefined> = { done: true, value: undefined };

/** `next` of an iterator that has the other two. */
export async function nextOf<T>(iterator: ReadyIterator<T>): Promise<IteratorResult<T, undefined>> {
  for (;;) {
    const next = iterator.ready();
    if (next) return next;
    await iterator.arrival();
  }
}

/** The iterator itself, or around one that knows nothing of being ready. */
export function readyIterator<T>(iterator: AsyncIterator<T>): ReadyIterator<T> {
  return isReadyIterator(iterator) ? iterator : new AwaitedIterator(iterator);
}

/**
 * `for await (const item of items) await take(item)`, but without a promise where none is needed: `take` returns one to
 * be waited for, or nothing.
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
      // As in a loop: what ends it is told, and not what becomes of the rest.
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
