import type { UpdateStore } from '../../core/stores/stores.ts';
import type { Ms } from '../../core/units.ts';
import { rememberLatest } from '../../core/memories/remember-latest.ts';

/** Shares what one process has learned with all others on the same store, in the background. */
export type SharedUpdates<T> = {
  /** Publishes it if it is an update for the others. */
  tell(said: T): void;
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
  readonly keyOf: (said: T) => string;
  readonly isUpdate: (before: T | undefined, said: T) => boolean;
  /** Receives what another process has published. */
  readonly hear: (said: T) => void;
  readonly now: () => Ms;
  readonly warn: (error: unknown) => void;
};

/** How often the store is polled. */
export const refreshMs: Ms = 1_000;
/** A row may be committed some time after its timestamp, and clocks of machines differ. */
const overlapMs: Ms = 10_000;
const maxTold = 10_000;

export function sharedUpdates<T extends { readonly saidAt: Ms }>(
  options: SharedUpdatesOptions<T>,
): SharedUpdates<T> {
  const { store, keyOf, isUpdate, hear, now, warn } = options;
  const told = new Map<string, T>();
  const waiting = new Map<string, T>();
  let telling = false;
  let askedAt: Ms | undefined;

  /** One write at a time; updates that come meanwhile go with the next one. */
  async function tellAll(): Promise<void> {
    telling = true;
    while (waiting.size > 0) {
      const some = [...waiting.values()];
      waiting.clear();
      await store.tell(some, now()).catch(warn);
    }
    telling = false;
  }

  async function ask(since: Ms, at: Ms): Promise<void> {
    for (const said of await store.said({ since, now: at })) {
      const key = keyOf(said);
      // Read again, or our own.
      if (said.saidAt <= (told.get(key)?.saidAt ?? 0)) continue;
      rememberLatest(told, key, said, maxTold);
      hear(said);
    }
  }

  function askNow(): Promise<void> {
    const at = now();
    const before = askedAt;
    askedAt = at;
    return ask(before === undefined ? 0 : before - overlapMs, at).catch(warn);
  }

  return {
    tell(said) {
      const key = keyOf(said);
      if (!isUpdate(told.get(key), said)) return;
      rememberLatest(told, key, said, maxTold);
      waiting.set(key, said);
      if (!telling) void tellAll();
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
