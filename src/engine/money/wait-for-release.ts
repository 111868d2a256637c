import { setTimeout as sleep } from 'node:timers/promises';
import type { Call } from '../../core/call.ts';
import { abortError } from '../../core/abort-error.ts';
import { ConclaveError } from '../../core/errors.ts';
import type { Ms } from '../../core/units.ts';
import type { Clock } from '../parts.ts';

/** Calls of a program often come all at once, and each reserves far more than it will cost. */
const patienceMs: Ms = 60_000;
const shortestMs: Ms = 50;
const longestMs: Ms = 1_000;

/** A call that needs money; `signal` ends its wait. */
export type WaitingCall = Pick<Call, 'surface' | 'dispensable' | 'limits' | 'signal'>;

/**
 * Repeats an attempt to reserve money as long as only other calls in progress leave too little, up to a minute or the
 * call's `maxLatencyMs`. Not for calls over HTTP: their clients get the error at once, with a retry time.
 * @throws ConclaveError of the last attempt, or why the signal was aborted.
 */
export async function waitForRelease<T>(
  clock: Clock,
  { surface, signal, limits, dispensable }: WaitingCall,
  reserve: () => Promise<T>,
): Promise<T> {
  const endsAt = clock.now() + Math.min(patienceMs, limits.maxLatencyMs ?? Infinity);
  for (let waitMs = shortestMs; ; waitMs = Math.min(2 * waitMs, longestMs)) {
    try {
      return await reserve();
    } catch (error) {
      const isTemporary = isBudgetExceeded(error) && error.details.retryAfterMs !== undefined;
      if (!isTemporary || surface === 'http' || dispensable || clock.now() + waitMs > endsAt) throw error;
      if (!(await sleep(waitMs, true, { signal }).catch(() => false))) throw abortError(signal);
    }
  }
}

function isBudgetExceeded(error: unknown): error is ConclaveError {
  return error instanceof ConclaveError && error.code === 'budget_exceeded';
}
