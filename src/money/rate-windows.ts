import type { Ms, Tokens } from '../core/units.ts';

/** What a key may use in any sixty seconds; absent: as much as it likes. */
type RateLimits = { readonly rpm?: number; readonly tpm?: number };

type RateVerdict =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly limit: 'rpm' | 'tpm';
      /** Absent: never, because this request alone is above the limit. */
      readonly retryAfterMs?: Ms;
    };

/** Counts calls against the limits of their keys. A refused call is not counted. */
export interface RateWindows {
  admit(
    keyId: string,
    use: { readonly limits: RateLimits; readonly tokens: Tokens; readonly now: Ms },
  ): RateVerdict;
}

const bucketMs = 1_000;
const minuteMs = 60_000;
/** A minute that begins within a second touches one second more than sixty. */
const bucketCount = 61;
/** Idle keys are forgotten once more than this many are counted. */
const manyKeys = 1_000;

/** The use of one key. Slot `second % 61` counts that second, if `seconds` says so, and is stale otherwise. */
type Window = Record<'seconds' | 'requests' | 'tokens', Float64Array>;

/**
 * Windows in this process's memory. With a bucket for every second no minute ever sees more than the limit, as with a
 * log of every call, in constant memory; the price is that a place comes free up to a second late. (A fixed window or
 * a full token bucket lets twice the limit through within a minute, a weighted pair of windows guesses.) Buckets are
 * plain sums, so that a store shared by several machines can keep them too.
 */
export function rateWindowsInMemory(): RateWindows {
  const windows = new Map<string, Window>();

  function windowOf(keyId: string, second: number): Window {
    const known = windows.get(keyId);
    if (known) return known;
    if (windows.size >= manyKeys) forgetIdle(windows, second);
    const made = { seconds: emptySlots(), requests: emptySlots(), tokens: emptySlots() };
    windows.set(keyId, made);
    return made;
  }

  return {
    admit(keyId, { limits: { rpm = Infinity, tpm = Infinity }, tokens, now }) {
      if (rpm === Infinity && tpm === Infinity) return { ok: true };
      const second = Math.floor(now / bucketMs);
      const window = windowOf(keyId, second);
      const forRequest = waitFor(window, 'requests', { limit: rpm, wanted: 1, now });
      const forTokens = waitFor(window, 'tokens', { limit: tpm, wanted: tokens, now });
      const wait = Math.max(forRequest, forTokens);
      if (wait > 0) {
        const limit = forTokens > forRequest ? 'tpm' : 'rpm';
        return { ok: false, limit, ...(wait < Infinity && { retryAfterMs: wait }) };
      }
      count(window, second, tokens);
      return { ok: true };
    },
  };
}

/** How long until `wanted` more fits below the limit: 0 when it fits now, `Infinity` when it never will. */
function waitFor(
  window: Window,
  what: 'requests' | 'tokens',
  { limit, wanted, now }: { readonly limit: number; readonly wanted: number; readonly now: Ms },
): Ms {
  if (limit === Infinity) return 0;
  if (wanted > limit) return Infinity;
  const second = Math.floor(now / bucketMs);
  const oldest = second - bucketCount + 1;
  let used = 0;
  for (let at = oldest; at <= second; at += 1) used += amountOf(window, what, at);
  if (used + wanted <= limit) return 0;
  let leaving = oldest;
  for (; leaving < second; leaving += 1) {
    used -= amountOf(window, what, leaving);
    if (used + wanted <= limit) break;
  }
  return (leaving + 1) * bucketMs + minuteMs - now;
}

function amountOf(window: Window, what: 'requests' | 'tokens', second: number): number {
  const slot = second % bucketCount;
  return window.seconds[slot] === second ? (window[what][slot] ?? 0) : 0;
}

function count(window: Window, second: number, tokens: Tokens): void {
  const slot = second % bucketCount;
  const [requests, sum] = [amountOf(window, 'requests', second), amountOf(window, 'tokens', second)];
  window.seconds[slot] = second;
  window.requests[slot] = requests + 1;
  window.tokens[slot] = sum + tokens;
}

function forgetIdle(windows: Map<string, Window>, second: number): void {
  for (const [keyId, { seconds }] of windows) {
    if (seconds.every((counted) => counted <= second - bucketCount)) windows.delete(keyId);
  }
}

function emptySlots(): Float64Array {
  return new Float64Array(bucketCount);
}
