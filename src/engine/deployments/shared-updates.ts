import type { UpdateStore } from '../../core/stores/stores.ts';
import type { Ms } from '../../core/units.ts';
import { rememberLatest } from '../../core/memories/remember-latest.ts';

export type SharedUpdatesOptions<T> = {
  readonly store: UpdateStore<T>;
  /** What an update is about: a later one with the same key replaces it. */
  readonly keyOf: (update: T) => string;
  /** Whether it differs enough from the last one with its key. */
  readonly isNews: (before: T | undefined, update: T) => boolean;
  /** Receives what another process has published. */
  readonly receive: (update: T) => void;
  readonly now: () => Ms;
  readonly warn: (error: unknown) => void;
};

/** How often the store is polled. */
export const refreshMs: Ms = 1_000;
/** A row may be committed some time after its timestamp, and clocks of machines differ. */
const overlapMs: Ms = 10_000;
const maxKnown = 10_000;

/** Shares what one process has learned with all others on the same store, in the background. */
export class SharedUpdates<T extends { readonly reportedAt: Ms }> {
  readonly #options: SharedUpdatesOptions<T>;
  /** The last update of each key, sent or received. */
  readonly #known = new Map<string, T>();
  readonly #waiting = new Map<string, T>();
  #publishing = false;
  #polledAt: Ms | undefined;

  constructor(options: SharedUpdatesOptions<T>) {
    this.#options = options;
  }

  /** Publishes it if it is news for the others. */
  publish(update: T): void {
    const { keyOf, isNews } = this.#options;
    const key = keyOf(update);
    if (!isNews(this.#known.get(key), update)) return;
    rememberLatest(this.#known, key, update, maxKnown);
    this.#waiting.set(key, update);
    if (!this.#publishing) void this.#publishAll();
  }

  /**
   * Polls what others have published, at most once a second. The first poll has to be waited for, because nothing is
   * known yet.
   */
  refresh(): Promise<void> | undefined {
    const before = this.#polledAt;
    if (before !== undefined && this.#options.now() - before < refreshMs) return undefined;
    const polled = this.latest();
    return before === undefined ? polled : undefined;
  }

  /** Reads now what others have published. */
  latest(): Promise<void> {
    const { now, warn } = this.#options;
    const at = now();
    const before = this.#polledAt;
    this.#polledAt = at;
    return this.#poll(before === undefined ? 0 : before - overlapMs, at).catch(warn);
  }

  /** One write at a time; updates that come meanwhile go with the next one. */
  async #publishAll(): Promise<void> {
    const { store, now, warn } = this.#options;
    this.#publishing = true;
    while (this.#waiting.size > 0) {
      const some = [...this.#waiting.values()];
      this.#waiting.clear();
      await store.publish(some, now()).catch(warn);
    }
    this.#publishing = false;
  }

  async #poll(since: Ms, at: Ms): Promise<void> {
    const { store, keyOf, receive } = this.#options;
    for (const update of await store.updates({ since, now: at })) {
      const key = keyOf(update);
      // Read again, or our own.
      if (update.reportedAt <= (this.#known.get(key)?.reportedAt ?? 0)) continue;
      rememberLatest(this.#known, key, update, maxKnown);
      receive(update);
    }
  }
}
