import type { Ms } from '../core/units.ts';
import { isOwnFault } from './storage-error.ts';
import type { WriteHealth } from './write-health.ts';

const pauseMs: Ms = 250;
/**
 * Limit of kept writes. They belong to calls that were running when the database failed; new calls cannot begin without
 * it, so the number does not grow.
 */
const maxKept = 10_000;
/** Settlements of calls that asked no provider involve no money: they must not crowd out the others. */
const maxSpare = 1_000;
const triedTogether = 100;

/** Idempotent: safe to run again. */
type Write = () => Promise<unknown>;

/** Writes that the database did not accept, kept until it accepts writes again. */
export type RetryQueue = {
  readonly count: number;
  /**
   * Keeps `write`, which failed after `waitedMs`, for as long as the process lives. Resolves when it is written.
   * @throws `error` when the time limit is over, or at once if the queue is full; a write in the queue is still
   * retried.
   */
  keep(write: Write, failure: { readonly error: unknown; readonly waitedMs?: Ms }): Promise<void>;
  /** Keeps `write` if there is room; no caller waits for it. */
  keepSpare(write: Write): void;
  /** Tries every kept write a last time. */
  close(): Promise<void>;
};

type Kept = {
  readonly write: Write;
  /** The caller that waits for the write, until it has been informed. */
  waiter?: { readonly written: () => void; readonly failed: () => void };
};

/**
 * Opens the queue. `probe` writes something small: if nothing is kept, it finds out whether the database accepts writes
 * again. A caller waits for a write at most `patienceMs`, by default 15 seconds: a restart or a failover of a database
 * takes less.
 */
export function openRetryQueue(health: WriteHealth, probe: Write, patienceMs: Ms = 15_000): RetryQueue {
  const kept = new Set<Kept>();
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> | undefined;
  let closed = false;

  health.watch(() => schedule(health.failure ? pauseMs : 0));

  function schedule(afterMs: Ms): void {
    if (closed || round) return;
    clearTimeout(timer);
    timer = setTimeout(begin, afterMs);
    // Keep the process alive only while a caller waits for a write.
    if (![...kept].some(({ waiter }) => waiter)) timer.unref();
  }

  function begin(): void {
    timer = undefined;
    round = tryAll().finally(() => {
      round = undefined;
      if (kept.size > 0 || health.failure) schedule(pauseMs);
    });
  }

  async function tryAll(): Promise<void> {
    const [first] = kept;
    if (!first && health.failure) await probe().catch(() => undefined);
    if (first && (await tryOne(first))) await tryTogether([...kept]);
  }

  async function tryTogether(all: readonly Kept[]): Promise<void> {
    for (let from = 0; from < all.length; from += triedTogether) {
      const done = await Promise.all(all.slice(from, from + triedTogether).map(tryOne));
      if (done.includes(false)) return;
    }
  }

  /** Returns whether this write is done, written or not. */
  async function tryOne(one: Kept): Promise<boolean> {
    try {
      await one.write();
      one.waiter?.written();
    } catch (error) {
      if (!isOwnFault(error)) {
        // Move it to the end: a write that is too large for the rest of a disk must not hold up the others.
        kept.delete(one);
        kept.add(one);
        return false;
      }
      one.waiter?.failed();
    }
    kept.delete(one);
    return true;
  }

  return {
    get count() {
      return kept.size;
    },
    keep(write, { error, waitedMs = 0 }) {
      if (closed || kept.size >= maxKept) return Promise.reject(error);
      return new Promise<void>((written, reject) => {
        const one: Kept = { write };
        // An attempt may itself take long if the server has frozen: the caller's wait ends without it.
        const patience = setTimeout(() => one.waiter?.failed(), patienceMs - waitedMs);
        const last = (settle: () => void) => () => {
          clearTimeout(patience);
          delete one.waiter;
          settle();
        };
        one.waiter = { written: last(written), failed: last(() => reject(error)) };
        kept.add(one);
        if (timer) timer.ref();
        else schedule(pauseMs);
      });
    },
    keepSpare(write) {
      if (closed || kept.size >= maxSpare) return;
      kept.add({ write });
      if (!timer) schedule(pauseMs);
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await round;
      if (kept.size > 0) await tryAll();
      for (const { waiter } of kept) waiter?.failed();
    },
  };
}
