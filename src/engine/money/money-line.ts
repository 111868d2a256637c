import type { Call } from '../../core/call.ts';
import { abortError } from '../../core/abort-error.ts';
import { ConclaveError } from '../../core/errors.ts';
import type { Ms, NanoUsd } from '../../core/units.ts';
import { MoneyQueue, type FreedMoney } from './money-queue.ts';

/** How long a program waits after the last call that gave money back. */
const patienceMs: Ms = 60_000;
/** How long a call over MCP waits at all: clients give up after a minute, and would not learn why. */
const patienceOverMcpMs: Ms = 20_000;
/** Pauses between attempts of the first in line: other processes give money back too. */
const shortestMs: Ms = 50;
const longestMs: Ms = 1_000;

/** A call that needs money; `signal` ends its wait. */
export type MoneyWish = Pick<Call, 'surface' | 'signal'> & {
  readonly keyId: string;
  readonly amount: NanoUsd;
  /** What is left of the time of the call. */
  readonly leftMs: Ms;
  /** A call that is not worth a wait, or whose parent holds the money it would wait for. */
  readonly isUrgent?: boolean;
};

/** An attempt to reserve. Both throw the budget's refusal. */
export type MoneyAttempt<T> = {
  reserve(): Promise<T>;
  /** Whether it would succeed now: reserves nothing. */
  check(): Promise<unknown>;
};

/**
 * The calls that wait for money because only other calls in progress leave too little: calls of a program often come
 * all at once, and each reserves far more than it will cost. Among those of a key in this process, the first is served
 * first, except that a cheaper call need not wait for a more expensive one. A call that has been overtaken for some
 * seconds is served before newer and cheaper ones, unless their time would end before that.
 */
export class MoneyLine {
  readonly #now: () => Ms;
  readonly #queues = new Map<string, MoneyQueue>();

  constructor(now: () => Ms) {
    this.#now = now;
  }

  /**
   * Attempts to reserve; if calls in progress leave too little, waits in line and repeats the attempt at its turn. Gives
   * up when no call of the key in this process has ended for a minute, after 20 seconds over MCP, or when the time of
   * the call is over. Calls over HTTP do not wait: their clients get the error at once, with a retry time.
   * @throws ConclaveError of the budget, also if a deadline ends the wait; or why the caller aborted.
   */
  async reserve<T>(wish: MoneyWish, attempt: MoneyAttempt<T>): Promise<T> {
    if (!mayWait(wish)) return await attempt.reserve();
    try {
      // Also while others wait: what is left may be too little for them and enough for this call.
      if (!this.#isHeldBack(wish)) return await attempt.reserve();
      // A call that the budget never allows need not wait for that answer.
      await attempt.check();
    } catch (error) {
      if (!isTemporary(error)) throw error;
      return await this.#wait(wish, attempt, error);
    }
    return await this.#wait(wish, attempt, heldBack());
  }

  /** A call of this key has ended; what it had reserved and not spent is free. */
  released(keyId: string, freed: FreedMoney): void {
    this.#queues.get(keyId)?.released(this.#now(), freed);
  }

  #isHeldBack(wish: MoneyWish): boolean {
    return this.#queues.get(wish.keyId)?.holdsBack(timeOf(wish), this.#now()) ?? false;
  }

  async #wait<T>(wish: MoneyWish, attempt: MoneyAttempt<T>, refusal: ConclaveError): Promise<T> {
    const { signal, keyId } = wish;
    const startedAt = this.#now();
    const queue = this.#queues.get(keyId) ?? new MoneyQueue(startedAt);
    this.#queues.set(keyId, queue);
    const waiter = queue.enter(wish.amount, startedAt);
    const endsAt = startedAt + timeOf(wish);
    let last = refusal;
    let hasTried = false;
    try {
      for (let pauseMs = shortestMs; ;) {
        const now = this.#now();
        if (now >= startedAt + wish.leftMs || isOutOfTime(signal)) throw last;
        if (signal.aborted) throw abortError(signal);
        const isTurn = queue.isTurnOf(waiter, endsAt - now, now);
        const heldMs = queue.heldBackMs(now);
        // Otherwise its time would end without an attempt.
        const isLastChance = !hasTried && heldMs >= endsAt - now;
        const leftMs = endOfPatience(wish, startedAt, queue.releasedAt) - now;
        const { releases } = queue;
        if (isTurn || isLastChance || leftMs <= 0) {
          hasTried = true;
          try {
            return await attempt.reserve();
          } catch (error) {
            if (!isTemporary(error) || leftMs <= 0) throw error;
            last = error;
          }
        }
        const untilTurnMs = isTurn ? pauseMs : isLastChance ? Infinity : heldMs || Infinity;
        const hasChanged = isTurn && releases !== queue.releases;
        if (!hasChanged)
          await waiter.pause(Math.min(untilTurnMs, leftMs, startedAt + wish.leftMs - now), signal);
        pauseMs = releases === queue.releases ? Math.min(2 * pauseMs, longestMs) : shortestMs;
      }
    } finally {
      queue.leave(waiter, this.#now());
      if (queue.isEmpty) this.#queues.delete(keyId);
    }
  }
}

function mayWait({ surface, amount, isUrgent }: MoneyWish): boolean {
  return surface !== 'http' && amount > 0n && !isUrgent;
}

/** How long a call can wait at the most. */
function timeOf({ surface, leftMs }: MoneyWish): Ms {
  return surface === 'mcp' ? Math.min(leftMs, patienceOverMcpMs) : leftMs;
}

function endOfPatience({ surface }: MoneyWish, startedAt: Ms, releasedAt: Ms): Ms {
  return surface === 'mcp' ? startedAt + patienceOverMcpMs : releasedAt + patienceMs;
}

/** The call's deadline and its `leftMs` end at about the same time. */
function isOutOfTime({ reason }: AbortSignal): boolean {
  return reason instanceof ConclaveError && reason.code === 'provider_timeout';
}

function heldBack(): ConclaveError {
  return new ConclaveError(
    'budget_exceeded',
    "The call waited until its time was over: an earlier call of its key waits for money that running calls have reserved. Try again when they have ended, or raise the limit of the key's budget.",
    { retryAfterMs: 1_000 },
  );
}

function isTemporary(error: unknown): error is ConclaveError {
  return (
    error instanceof ConclaveError &&
    error.code === 'budget_exceeded' &&
    error.details.retryAfterMs !== undefined
  );
}
