import type { Ms, Tokens } from '../units.ts';

/** What a key may use in any sixty seconds; absent: as much as it likes. */
export type KeyLimits = { readonly rpm?: number; readonly tpm?: number };

/** One call that wants in. */
export type RateUse = { readonly limits: KeyLimits; readonly tokens: Tokens; readonly now: Ms };

export type RateVerdict =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly limit: 'rpm' | 'tpm';
      /** Absent: never, because this request alone is above the limit. */
      readonly retryAfterMs?: Ms;
    };

/** What a key has used in one second of the clock. */
export type SecondUse = { readonly second: number; readonly requests: number; readonly tokens: Tokens };

/** Counts calls against the limits of their keys, for all processes that share it. A refused call is not counted. */
export interface RateWindows {
  /** @throws ConclaveError `storage` when it cannot be known. */
  admit(keyId: string, use: RateUse): Promise<RateVerdict>;
  /** What `admit` would say now; nothing is counted. */
  judge(keyId: string, use: RateUse): Promise<RateVerdict>;
}

const secondMs = 1_000;
const minuteMs = 60_000;
/** A minute that begins within a second touches one second more than sixty. */
const secondsOfMinute = 61;
const longestWaitMs: Ms = secondsOfMinute * secondMs;

export const secondOf = (at: Ms): number => Math.floor(at / secondMs);

/** The first second that still counts at `now`; whatever is older may be forgotten. */
export const oldestSecond = (now: Ms): number => secondOf(now) - secondsOfMinute + 1;

/**
 * The last second that counts at `now`: the clocks of machines differ by a little. What is later yet was counted before
 * this machine's clock was put back, and nobody waits for a time that has been.
 */
export const newestSecond = (now: Ms): number => secondOf(now) + 60;

/**
 * Whether one more call fits. With a sum for every second no minute ever sees more than the limit, as with a log of
 * every call, in 61 numbers a key; the price is that a place comes free up to a second late. (A fixed window or a full
 * token bucket lets twice the limit through within a minute, a weighted pair of windows guesses.)
 * `used` is in the order of its seconds.
 */
export function judgeRate(used: readonly SecondUse[], { limits, tokens, now }: RateUse): RateVerdict {
  const { rpm = Infinity, tpm = Infinity } = limits;
  const forRequest = waitFor(used, 'requests', { limit: rpm, wanted: 1, now });
  const forTokens = waitFor(used, 'tokens', { limit: tpm, wanted: tokens, now });
  const wait = Math.max(forRequest, forTokens);
  if (wait === 0) return { ok: true };
  const limit = forTokens > forRequest ? 'tpm' : 'rpm';
  return { ok: false, limit, ...(wait < Infinity && { retryAfterMs: wait }) };
}

/** How long until `wanted` more fits below the limit: 0 when it fits now, `Infinity` when it never will. */
function waitFor(
  used: readonly SecondUse[],
  what: 'requests' | 'tokens',
  { limit, wanted, now }: { readonly limit: number; readonly wanted: number; readonly now: Ms },
): Ms {
  if (limit === Infinity) return 0;
  if (wanted > limit) return Infinity;
  const counting = used.filter(({ second }) => second >= oldestSecond(now) && second <= newestSecond(now));
  let sum = counting.reduce((total, use) => total + use[what], 0);
  if (sum + wanted <= limit) return 0;
  for (const use of counting) {
    sum -= use[what];
    if (sum + wanted <= limit) return Math.min((use.second + 1) * secondMs + minuteMs - now, longestWaitMs);
  }
  return (secondOf(now) + 1) * secondMs + minuteMs - now;
}
