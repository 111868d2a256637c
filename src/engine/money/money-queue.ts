import type { Ms, NanoUsd } from '../../core/units.ts';

/** How long a call may be overtaken by newer and cheaper ones. */
const overtakenMs: Ms = 5_000;

/** What a call that has ended held, and since when. `amount` 0: its parent pays, or it was free. */
export type FreedMoney = { readonly amount: NanoUsd; readonly since: Ms };

/** The calls of one key that wait for money, in the order in which they came. */
export class MoneyQueue {
  /** Counts the calls that ended, so that one that ends during an attempt is not missed. */
  releases = 0;
  releasedAt: Ms;
  /** When the last call ended that counts for holding others back. */
  #freedAt: Ms;
  #heldSince: Ms;
  readonly #waiters = new Set<Waiter>();

  constructor(now: Ms) {
    this.releasedAt = now;
    this.#freedAt = now;
    this.#heldSince = now;
  }

  get isEmpty(): boolean {
    return this.#waiters.size === 0;
  }

  enter(amount: NanoUsd, now: Ms): Waiter {
    const waiter = new Waiter(amount, now);
    this.#waiters.add(waiter);
    return waiter;
  }

  leave(waiter: Waiter, now: Ms): void {
    this.#waiters.delete(waiter);
    this.#wakeNext(now);
  }

  released(now: Ms, { amount, since }: FreedMoney): void {
    this.releases += 1;
    this.releasedAt = now;
    if (amount > 0n) this.#freed(now, since);
    this.#wakeNext(now);
  }

  /** Calls that do not wait may begin and end while others are held back: that must not go on for as long as they do. */
  #freed(now: Ms, since: Ms): void {
    const isHolding = this.heldBackMs(now) > 0;
    if (isHolding && since >= this.#heldSince) return;
    if (!isHolding) this.#heldSince = now;
    this.#freedAt = now;
  }

  /**
   * How much longer the first in line, which was overtaken for too long, holds back all other calls. It does so only
   * while calls give money back: after each of them, for as long as it had waited until then. If running calls hold the
   * money for longer, holding back the others does not help it.
   */
  heldBackMs(now: Ms): Ms {
    const [first] = this.#waiters;
    if (!first || now - first.enteredAt < overtakenMs) return 0;
    return Math.max(0, this.#freedAt + (this.#freedAt - first.enteredAt) - now);
  }

  /** Whether a call with so much time left has to let the first in line go first. */
  holdsBack(leftMs: Ms, now: Ms): boolean {
    const heldMs = this.heldBackMs(now);
    return heldMs > 0 && heldMs < leftMs;
  }

  /** Whether every call in line before it wants more: what comes back may be too little for all of them. */
  isTurnOf(waiter: Waiter, leftMs: Ms, now: Ms): boolean {
    const onlyFirst = this.holdsBack(leftMs, now);
    for (const other of this.#waiters) {
      if (other === waiter) return true;
      if (onlyFirst || other.amount <= waiter.amount) return false;
    }
    return false;
  }

  /** Wakes the calls whose turn it is, in order. */
  #wakeNext(now: Ms): void {
    const onlyFirst = this.heldBackMs(now) > 0;
    let least: NanoUsd | undefined;
    for (const waiter of this.#waiters) {
      if (least !== undefined && waiter.amount >= least) continue;
      least = waiter.amount;
      waiter.wake();
      if (onlyFirst) return;
    }
  }
}

class Waiter {
  readonly amount: NanoUsd;
  readonly enteredAt: Ms;
  #wake: (() => void) | undefined;

  constructor(amount: NanoUsd, now: Ms) {
    this.amount = amount;
    this.enteredAt = now;
  }

  wake(): void {
    this.#wake?.();
  }

  /** Resolves when woken, after `ms`, or when the signal is aborted. */
  async pause(ms: Ms, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    const timer = setTimeout(resolve, ms);
    const aborted = () => resolve();
    signal.addEventListener('abort', aborted, { once: true });
    try {
      await promise;
    } finally {
      this.#wake = undefined;
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
    }
  }
}
