import type { UpdateStore } from '../../core/stores/stores.ts';
import type { Ms } from '../../core/units.ts';
import { rememberLatest } from '../../core/memories/remember-latest.ts';

/** Shares what one process has learned with all others on the same store, in the background. */
export type SharedUpdates<T> = {
  /** Publishes it if it is news for the others. */
  publish(update: T): void;
  /**
   * Polls what others have published, at most once a second. The first poll has to be waited for, because nothing is
   * known yet.
   */
  refresh(): Promise<void> | undefined;
  /** Reads now what others have published. */
  latest(): Promise<void>;
};

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

export function sharedUpdates<T extends { readonly reportedAt: Ms }>(
  options: SharedUpdatesOptions<T>,
): SharedUpdates<T> {
  const { store, keyOf, isNews, receive, now, warn } = options;
  /** The last update of each key, sent or received. */
  const known = new Map<string, T>();
  const waiting = new Map<string, T>();
  let publishing = false;
  let askedAt: Ms | undefined;

  /** One write at a time; updates that come meanwhile go with the next one. */
  async function publishAll(): Promise<void> {
    publishing = true;
    while (waiting.size > 0) {
      const some = [...waiting.values()];
      waiting.clear();
      await store.publish(some, now()).catch(warn);
    }
    publishing = false;
  }

  async function ask(since: Ms, at: Ms): Promise<void> {
    for (const update of await store.updates({ since, now: at })) {
      const key = keyOf(update);
      // Read again, or our own.
      if (update.reportedAt <= (known.get(key)?.reportedAt ?? 0)) continue;
      rememberLatest(known, key, update, maxKnown);
      receive(update);
    }
  }

  function askNow(): Promise<void> {
    const at = now();
    const before = askedAt;
    askedAt = at;
    return ask(before === undefined ? 0 : before - overlapMs, at).catch(warn);
  }

  return {
    publish(update) {
      const key = keyOf(update);
      if (!isNews(known.get(key), update)) return;
      rememberLatest(known, key, update, maxKnown);
      waiting.set(key, update);
      if (!publishing) void publishAll();
    },
    refresh() {
      const before = askedAt;
      if (before !== undefined && now() - before < refreshMs) return undefined;
      const asked = askNow();
      return before === undefined ? asked : undefined;
    },
    latest: askNow,
  };
}
