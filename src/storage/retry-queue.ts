import type { Ms } from '../core/units.ts';
import { isOwnFault } from './storage-error.ts';
import type { WriteHealth } from './write-health.ts';

const pauseMs: Ms = 250;
/** Calls that were under way when the database went. New ones cannot begin without it, so there are not more and more. */
const mostKept = 10_000;
/** Ends of calls that asked nobody cost nothing: they may not crowd out the others. */
const mostSpare = 1_000;
const triedTogether = 100;

/** Does it all over; doing it twice is doing it once. */
type Write = () => Promise<unknown>;

/** Writes that the database did not take, until it takes writes again. */
export type RetryQueue = {
  readonly count: number;
  /**
   * Keeps `write`, which has failed after `waitedMs`, for as long as the process lives. Resolves when it is written.
   * @throws `error` when its patience is over, or at once where no more is kept; what is kept is tried all the same.
   */
  keep(write: Write, failure: { readonly error: unknown; readonly waitedMs?: Ms }): Promise<void>;
  /** Keeps `write` without anybody waiting for it, where there is room. */
  keepSpare(write: Write): void;
  /** Tries everything a last time. */
  close(): Promise<void>;
};

type Kept = {
  readonly write: Write;
  /** Who waits for it, until they were told. */
  waiter?: { readonly written: () => void; readonly failed: () => void };
};

/**
 * `probe` writes something small: with nothing kept, it finds out whether the database takes writes again. Who waits
 * for a write waits `patienceMs`, by default 15 seconds: a restart or a failover of a database takes less.
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
    // Only who waits for a write is a reason to live on.
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

  /** Whether this one is done with. */
  async function tryOne(one: Kept): Promise<boolean> {
    try {
      await one.write();
      one.waiter?.written();
    } catch (error) {
      if (!isOwnFault(error)) {
        // Behind the others: one that is too large for what is left of a disk holds nobody up.
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
      if (closed || kept.size >= mostKept) return Promise.reject(error);
      return new Promise<void>((written, reject) => {
        const one: Kept = { write };
        // An attempt may itself take long, at a server that has frozen: nobody's patience waits for its end.
        const patience = setTimeout(() => one.waiter?.failed(), patienceMs - waitedMs);
        const last = (tell: () => void) => () => {
          clearTimeout(patience);
          delete one.waiter;
          tell();
        };
        one.waiter = { written: last(written), failed: last(() => reject(error)) };
        kept.add(one);
        if (timer) timer.ref();
        else schedule(pauseMs);
      });
    },
    keepSpare(write) {
      if (closed || kept.size >= mostSpare) return;
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
