import type { Ms } from '../../core/units.ts';
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

/** The row of the call `id`. */
type UnwrittenRow = { readonly id: string; readonly write: Write };

type Kept = UnwrittenRow & {
  /** The caller that waits for the write, until it has been informed. */
  waiter?: { readonly written: () => void; readonly failed: () => void };
};

/** Writes that the database did not accept, kept until it accepts writes again. */
export class RetryQueue {
  readonly #health: WriteHealth;
  readonly #probe: Write;
  readonly #patienceMs: Ms;
  readonly #kept = new Set<Kept>();
  /** Calls whose rows were not even kept. */
  readonly #dropped: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;
  #closed = false;

  /**
   * `probe` writes something small: if nothing is kept, it finds out whether the database accepts writes again. A caller
   * waits for a write at most `patienceMs`, by default 15 seconds: a restart or a failover of a database takes less.
   */
  constructor(health: WriteHealth, probe: Write, patienceMs: Ms = 15_000) {
    this.#health = health;
    this.#probe = probe;
    this.#patienceMs = patienceMs;
    health.watch(() => this.#schedule(health.failure ? pauseMs : 0));
  }

  get count(): number {
    return this.#kept.size;
  }

  /**
   * Keeps a row whose write failed after `waitedMs`, for as long as the process lives. Resolves when it is written.
   * @throws `error` when the time limit is over, or at once if the queue is full; a write in the queue is still
   * retried.
   */
  keep(
    { id, write }: UnwrittenRow,
    { error, waitedMs = 0 }: { readonly error: unknown; readonly waitedMs?: Ms },
  ): Promise<void> {
    if (this.#closed || this.#kept.size >= maxKept) {
      this.#dropped.push(id);
      return Promise.reject(error);
    }
    return new Promise<void>((written, reject) => {
      const one: Kept = { id, write };
      // An attempt may itself take long if the server has frozen: the caller's wait ends without it.
      const patience = setTimeout(() => one.waiter?.failed(), this.#patienceMs - waitedMs);
      const last = (settle: () => void) => () => {
        clearTimeout(patience);
        delete one.waiter;
        settle();
      };
      one.waiter = { written: last(written), failed: last(() => reject(error)) };
      this.#kept.add(one);
      if (this.#timer) this.#timer.ref();
      else this.#schedule(pauseMs);
    });
  }

  /** Keeps a row if there is room; no caller waits for it. */
  keepSpare({ id, write }: UnwrittenRow): void {
    if (this.#closed || this.#kept.size >= maxSpare) return;
    this.#kept.add({ id, write });
    if (!this.#timer) this.#schedule(pauseMs);
  }

  /** Tries every kept write a last time. Returns the calls whose rows remain unwritten. */
  async close(): Promise<readonly string[]> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#round;
    if (this.#kept.size > 0) await this.#tryAll();
    for (const { waiter } of this.#kept) waiter?.failed();
    return [...this.#dropped, ...[...this.#kept].map(({ id }) => id)];
  }

  #schedule(afterMs: Ms): void {
    if (this.#closed || this.#round) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#begin(), afterMs);
    // Keep the process alive only while a caller waits for a write.
    if (![...this.#kept].some(({ waiter }) => waiter)) this.#timer.unref();
  }

  #begin(): void {
    this.#timer = undefined;
    this.#round = this.#tryAll().finally(() => {
      this.#round = undefined;
      if (this.#kept.size > 0 || this.#health.failure) this.#schedule(pauseMs);
    });
  }

  async #tryAll(): Promise<void> {
    const [first] = this.#kept;
    if (!first && this.#health.failure) await this.#probe().catch(() => undefined);
    if (first && (await this.#tryOne(first))) await this.#tryTogether([...this.#kept]);
  }

  async #tryTogether(all: readonly Kept[]): Promise<void> {
    for (let from = 0; from < all.length; from += triedTogether) {
      const done = await Promise.all(all.slice(from, from + triedTogether).map((one) => this.#tryOne(one)));
      if (done.includes(false)) return;
    }
  }

  /** Returns whether this write is done, written or not. */
  async #tryOne(one: Kept): Promise<boolean> {
    try {
      await one.write();
      one.waiter?.written();
    } catch (error) {
      if (!isOwnFault(error)) {
        // Move it to the end: a write that is too large for the rest of a disk must not hold up the others.
        this.#kept.delete(one);
        this.#kept.add(one);
        return false;
      }
      one.waiter?.failed();
    }
    this.#kept.delete(one);
    return true;
  }
}
