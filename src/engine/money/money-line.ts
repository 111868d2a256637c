import type { Call } from '../../core/call.ts';
import { abortError } from '../../core/streams/abort-error.ts';
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
    const stand: Stand = { wish, queue, waiter, startedAt };
    const overAt = startedAt + wish.leftMs;
    let last = refusal;
    let hasTried = false;
    try {
      for (let pauseMs = shortestMs; ;) {
        const now = this.#now();
        if (now >= overAt || isOutOfTime(signal)) throw last;
        if (signal.aborted) throw abortError(signal);
        const turn = turnOf(stand, { now, hasTried });
        const { releases } = queue;
        if (turn.isTurn || turn.isLastChance || turn.leftMs <= 0) {
          hasTried = true;
          const result = await reserveNow(attempt);
          if (result.ok) return result.reserved;
          if (turn.leftMs <= 0) throw result.refusal;
          last = result.refusal;
        }
        // What was given back during the attempt may be enough for another one.
        const mayTryAgain = turn.isTurn && releases !== queue.releases;
        if (!mayTryAgain)
          await waiter.pause(Math.min(pauseAfter(turn, pauseMs), turn.leftMs, overAt - now), signal);
        pauseMs = releases === queue.releases ? Math.min(2 * pauseMs, longestMs) : shortestMs;
      }
    } finally {
      queue.leave(waiter, this.#now());
      if (queue.isEmpty) this.#queues.delete(keyId);
    }
  }
}

/** A call in line. */
type Stand = {
  readonly wish: MoneyWish;
  readonly queue: MoneyQueue;
  readonly waiter: ReturnType<MoneyQueue['enter']>;
  readonly startedAt: Ms;
};

/** Whether a call in line may try to reserve now. */
type Turn = {
  readonly isTurn: boolean;
  /** Calls that were overtaken hold it back until its time is over: without this attempt, it would make none. */
  readonly isLastChance: boolean;
  /** How long overtaken calls still hold it back. */
  readonly heldMs: Ms;
  /** What is left of its patience. */
  readonly leftMs: Ms;
};

function turnOf(
  { wish, queue, waiter, startedAt }: Stand,
  { now, hasTried }: { readonly now: Ms; readonly hasTried: boolean },
): Turn {
  const timeLeftMs = startedAt + timeOf(wish) - now;
  const isTurn = queue.isTurnOf(waiter, timeLeftMs, now);
  const heldMs = queue.heldBackMs(now);
  return {
    isTurn,
    isLastChance: !hasTried && heldMs >= timeLeftMs,
    heldMs,
    leftMs: endOfPatience(wish, startedAt, queue.releasedAt) - now,
  };
}

/** How long a call waits for its next turn: at its turn, `pauseMs`. */
function pauseAfter({ isTurn, isLastChance, heldMs }: Turn, pauseMs: Ms): Ms {
  if (isTurn) return pauseMs;
  return isLastChance || heldMs === 0 ? Infinity : heldMs;
}

type Reserved<T> =
  | { readonly ok: true; readonly reserved: T }
  | { readonly ok: false; readonly refusal: ConclaveError };

/** Attempts to reserve. @throws if waiting does not help. */
async function reserveNow<T>(attempt: MoneyAttempt<T>): Promise<Reserved<T>> {
  try {
    return { ok: true, reserved: await attempt.reserve() };
  } catch (error) {
    if (!isTemporary(error)) throw error;
    return { ok: false, refusal: error };
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
