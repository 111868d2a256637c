import { setTimeout as sleep } from 'node:timers/promises';
import type { Ms } from '../../core/units.ts';

/** Keeps something up to date without delaying its readers. */
export interface BackgroundRefresh {
  /** Refreshes now. Calls that come while a refresh is running share it. */
  refresh(): Promise<void>;
  /** Starts a refresh in the background if the last one is too old. */
  refreshIfStale(): void;
  /** Whether a refresh was tried, or took too long at the first look. */
  readonly isRead: boolean;
  /** The first refresh, once: it resolves after `firstLookMs` at the latest, and never throws. */
  firstLook(): Promise<void>;
}

type Parts = {
  readonly read: () => Promise<void>;
  readonly now: () => Ms;
  readonly maxAgeMs: Ms;
  readonly firstLookMs: Ms;
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
  onFailure,
  onLate,
}: Parts): BackgroundRefresh {
  let refreshedAt = Number.NEGATIVE_INFINITY;
  let refreshing: Promise<void> | undefined;
  let firstLook: Promise<void> | undefined;
  let isRead = false;

  async function refresh(): Promise<void> {
    refreshing ??= read().finally(() => {
      refreshing = undefined;
      refreshedAt = now();
      isRead = true;
    });
    return refreshing;
  }

  async function lookOnce(): Promise<void> {
    const timer = new AbortController();
    const tooLate = sleep(firstLookMs, 'late', { signal: timer.signal });
    const first = await Promise.race([refresh().catch(onFailure), tooLate]);
    timer.abort();
    isRead = true;
    if (first === 'late') onLate();
  }

  return {
    refresh,
    refreshIfStale() {
      // `abs`: a clock that was set back must not stop refreshing until it has caught up.
      if (Math.abs(now() - refreshedAt) > maxAgeMs && !refreshing) refresh().catch(onFailure);
    },
    get isRead() {
      return isRead;
    },
    firstLook: () => (firstLook ??= lookOnce()),
  };
}
