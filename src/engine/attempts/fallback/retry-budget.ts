import type { Ms } from '../../../core/units.ts';

/**
 * Keeps retries from multiplying an outage: a process may retry a fifth of its calls, plus ten per second.
 * A token bucket that calls fill and retries drain.
 */
export type RetryBudget = {
  callStarted(): void;
  /** Takes one retry; `false` if none is left. */
  takeRetry(): boolean;
};

const perCall = 0.2;
const perSecond = 10;
const most = 100;

export function retryBudget(now: () => Ms): RetryBudget {
  let left = most;
  let refilledAt = now();
  return {
    callStarted() {
      left = Math.min(most, left + perCall);
    },
    takeRetry() {
      const at = now();
      left = Math.min(most, left + ((at - refilledAt) / 1000) * perSecond);
      refilledAt = at;
      if (left < 1) return false;
      left -= 1;
      return true;
    },
  };
}
