import type { Ms, Tokens } from '../units.ts';

/** What a key may use in any sixty seconds; absent: unlimited. */
export type KeyLimits = { readonly rpm?: number; readonly tpm?: number };

/** One call that asks for admission. */
export type RateUse = { readonly limits: KeyLimits; readonly tokens: Tokens; readonly now: Ms };

export type RateVerdict =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly limit: 'rpm' | 'tpm';
      /** Absent: never, because this request alone exceeds the limit. */
      readonly retryAfterMs?: Ms;
    };

/** What a key has used in one second of the clock. */
export type SecondUse = { readonly second: number; readonly requests: number; readonly tokens: Tokens };

/** Counts calls against the limits of their keys, for all processes that share it. A refused call is not counted. */
export interface RateWindows {
  /** @throws ConclaveError `storage` if the usage cannot be read. */
  admit(keyId: string, use: RateUse): Promise<RateVerdict>;
  /** Returns what `admit` would return now, without counting anything. */
  judge(keyId: string, use: RateUse): Promise<RateVerdict>;
}

const secondMs = 1_000;
const minuteMs = 60_000;
/** A minute that begins within a second touches one second more than sixty. */
const secondsOfMinute = 61;
const longestWaitMs: Ms = secondsOfMinute * secondMs;

export const secondOf = (at: Ms): number => Math.floor(at / secondMs);

/** The first second that still counts at `now`; older ones may be deleted. */
export const oldestSecond = (now: Ms): number => secondOf(now) - secondsOfMinute + 1;

/**
 * The last second that counts at `now`, as clocks of machines differ a little. Later ones were counted before this
 * machine's clock was set back, and are ignored.
 */
export const newestSecond = (now: Ms): number => secondOf(now) + 60;

/**
 * Decides whether one more call fits. With a sum for every second, no minute ever exceeds the limit, as with a log of
 * every call, using 61 numbers a key; the price is that room becomes free up to a second late. (A fixed window or a
 * full token bucket lets twice the limit through within a minute; a weighted pair of windows is an approximation.)
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

/** Returns how long until `wanted` more fits below the limit: 0 if it fits now, `Infinity` if it never will. */
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
