import type { Call } from '../../core/call.ts';
import { abortError } from '../../core/abort-error.ts';
import { ConclaveError } from '../../core/errors.ts';
import type { Ms, NanoUsd } from '../../core/units.ts';

/** How long a program waits after the last call that gave money back. */
const patienceMs: Ms = 60_000;
/** How long a call over MCP waits at all: clients give up after a minute, and would not learn why. */
const patienceOverMcpMs: Ms = 20_000;
/** Pauses between attempts of the first in line: other processes give money back too. */
const shortestMs: Ms = 50;
const longestMs: Ms = 1_000;

/** A call that needs money; `signal` ends its wait. */
export type MoneyWish = Pick<Call, 'surface' | 'limits' | 'signal'> & {
  readonly keyId: string;
  readonly amount: NanoUsd;
  /** A call that is not worth a wait, or whose parent holds the money it would wait for. */
  readonly isUrgent?: boolean;
};

/**
 * The calls that wait for money because only other calls in progress leave too little: calls of a program often come
 * all at once, and each reserves far more than it will cost. Among those of a key in this process, whoever came first is
 * served first, except that a cheaper call need not wait for a more expensive one.
 */
export class MoneyLine {
  readonly #now: () => Ms;
  readonly #queues = new Map<string, Queue>();

  constructor(now: () => Ms) {
    this.#now = now;
  }

  /**
   * Attempts to reserve; if calls in progress leave too little, waits in line and repeats the attempt at its turn. Gives
   * up a minute after the last call of the key in this process ended, after 20 seconds over MCP, or at the call's
   * `maxLatencyMs`. Calls over HTTP do not wait: their clients get the error at once, with a retry time.
   * @throws ConclaveError of the last attempt, or why the signal was aborted.
   */
  async reserve<T>(wish: MoneyWish, attempt: () => Promise<T>): Promise<T> {
    // Also while others wait: what is left may be too little for them and enough for this call.
    try {
      return await attempt();
    } catch (error) {
      if (!mayWait(wish) || !isTemporary(error)) throw error;
      return await this.#wait(wish, attempt, error);
    }
  }

  /** A call of this key has ended; what it had reserved and not spent is free. */
  released(keyId: string): void {
    this.#queues.get(keyId)?.released(this.#now());
  }

  async #wait<T>(wish: MoneyWish, attempt: () => Promise<T>, refusal: ConclaveError): Promise<T> {
    const startedAt = this.#now();
    const queue = this.#queues.get(wish.keyId) ?? new Queue(startedAt);
    this.#queues.set(wish.keyId, queue);
    const waiter = queue.enter(wish.amount);
    let last = refusal;
    try {
      for (let pauseMs = shortestMs; ;) {
        const isTurn = queue.isTurnOf(waiter);
        const leftMs = endOfWait(wish, startedAt, queue.releasedAt) - this.#now();
        if (wish.signal.aborted) throw leftMs <= 0 ? last : abortError(wish.signal);
        const { releases } = queue;
        if (isTurn || leftMs <= 0) {
          try {
            return await attempt();
          } catch (error) {
            if (!isTemporary(error) || leftMs <= 0) throw error;
            last = error;
          }
        }
        const hasChanged = isTurn && releases !== queue.releases;
        if (!hasChanged) await waiter.pause(isTurn ? Math.min(pauseMs, leftMs) : leftMs, wish.signal);
        pauseMs = releases === queue.releases ? Math.min(2 * pauseMs, longestMs) : shortestMs;
      }
    } finally {
      queue.leave(waiter);
      if (queue.isEmpty) this.#queues.delete(wish.keyId);
    }
  }
}

/** The waiting calls of one key. */
class Queue {
  /** Counts the calls that ended, so that one that ends during an attempt is not missed. */
  releases = 0;
  releasedAt: Ms;
  readonly #waiters = new Set<Waiter>();

  constructor(now: Ms) {
    this.releasedAt = now;
  }

  get isEmpty(): boolean {
    return this.#waiters.size === 0;
  }

  enter(amount: NanoUsd): Waiter {
    const waiter = new Waiter(amount);
    this.#waiters.add(waiter);
    return waiter;
  }

  leave(waiter: Waiter): void {
    this.#waiters.delete(waiter);
    this.#wakeNext();
  }

  /** Whether every call in line before it wants more: what comes back may be too little for all of them. */
  isTurnOf(waiter: Waiter): boolean {
    for (const other of this.#waiters) {
      if (other === waiter) return true;
      if (other.amount <= waiter.amount) return false;
    }
    return false;
  }

  released(now: Ms): void {
    this.releases += 1;
    this.releasedAt = now;
    this.#wakeNext();
  }

  /** Wakes those whose turn it is, in order. */
  #wakeNext(): void {
    let least: NanoUsd | undefined;
    for (const waiter of this.#waiters) {
      if (least !== undefined && waiter.amount >= least) continue;
      least = waiter.amount;
      waiter.wake();
    }
  }
}

class Waiter {
  readonly amount: NanoUsd;
  #wake: (() => void) | undefined;

  constructor(amount: NanoUsd) {
    this.amount = amount;
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

function mayWait({ surface, amount, isUrgent }: MoneyWish): boolean {
  return surface !== 'http' && amount > 0n && !isUrgent;
}

function endOfWait({ surface, limits }: MoneyWish, startedAt: Ms, releasedAt: Ms): Ms {
  const patient = surface === 'mcp' ? startedAt + patienceOverMcpMs : releasedAt + patienceMs;
  return Math.min(patient, startedAt + (limits.maxLatencyMs ?? Infinity));
}

function isTemporary(error: unknown): error is ConclaveError {
  return (
    error instanceof ConclaveError &&
    error.code === 'budget_exceeded' &&
    error.details.retryAfterMs !== undefined
  );
}
