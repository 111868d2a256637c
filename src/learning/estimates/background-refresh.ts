import { setTimeout as sleep } from 'node:timers/promises';
import type { Ms } from '../../core/units.ts';

/** Keeps something up to date without delaying its readers. */
export interface BackgroundRefresh {
  /** Refreshes now. Calls that come while a refresh is running share it. */
  refresh(): Promise<void>;
  /** Starts a refresh in the background before the last one is too old, so that no call of a busy process waits. */
  refreshIfStale(): void;
  /** Whether nothing is gained by a `look`: the last refresh is recent, failed just now, or takes too long. */
  readonly isRecent: boolean;
  /** A refresh to wait for: it resolves after `firstLookMs`, later `lookMs`, at the latest, and never throws. */
  look(): Promise<void>;
}

type Options = {
  readonly read: () => Promise<void>;
  readonly now: () => Ms;
  readonly maxAgeMs: Ms;
  readonly firstLookMs: Ms;
  readonly lookMs: Ms;
  /** A refresh that no caller waits for has failed. */
  readonly onFailure: (error: unknown) => void;
  /** The first look has taken longer than `firstLookMs`, and continues. */
  readonly onLate: () => void;
};

/** Refreshes by `read`; nothing is read before the first request. */
export function backgroundRefresh({
  read,
  now,
  maxAgeMs,
  firstLookMs,
  lookMs,
  onFailure,
  onLate,
}: Options): BackgroundRefresh {
  let refreshedAt = Number.NEGATIVE_INFINITY;
  let refreshing: Promise<void> | undefined;
  let looking: Promise<void> | undefined;
  let isFirst = true;
  let isLate = false;

  async function refresh(): Promise<void> {
    refreshing ??= read().finally(() => {
      refreshing = undefined;
      refreshedAt = now();
      isLate = false;
    });
    return refreshing;
  }

  async function look(): Promise<void> {
    const timer = new AbortController();
    const tooLate = sleep(isFirst ? firstLookMs : lookMs, 'late', { signal: timer.signal });
    const came = await Promise.race([refresh().catch(onFailure), tooLate]);
    timer.abort();
    isLate = came === 'late';
    if (isLate && isFirst) onLate();
    isFirst = false;
  }

  // `abs`: a clock that was set back must not stop refreshing until it has caught up.
  const isOlderThan = (ageMs: Ms) => Math.abs(now() - refreshedAt) > ageMs;

  return {
    refresh,
    refreshIfStale() {
      if (isOlderThan(maxAgeMs / 2) && !refreshing) refresh().catch(onFailure);
    },
    get isRecent() {
      return isLate || !isOlderThan(maxAgeMs);
    },
    async look() {
      looking ??= look().finally(() => {
        looking = undefined;
      });
      return looking;
    },
  };
}
