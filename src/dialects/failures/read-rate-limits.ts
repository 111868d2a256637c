import type { LimitStanding, RateLimits } from '../../core/money/rate-limits.ts';
import type { WireFailure } from '../../core/wire/dialect.ts';
import type { Ms } from '../../core/units.ts';
import { atMostADay } from './at-most-a-day.ts';
import { singleHeader } from './single-header.ts';

type Headers = WireFailure['headers'];

/** The headers in which a provider reports one of its limits. */
type Names = { readonly limit: string; readonly remaining: string; readonly reset: string };

const named = (limit: string, remaining: string, reset: string): Names => ({ limit, remaining, reset });

/**
 * The spellings that providers use today, most precise first: Anthropic; OpenAI, Groq, Azure and most others; Cerebras
 * and Mistral (which name the window); Together; Mistral's older one; OpenRouter and the IETF's draft, which count
 * requests.
 */
const requests: readonly Names[] = [
  named(
    'anthropic-ratelimit-requests-limit',
    'anthropic-ratelimit-requests-remaining',
    'anthropic-ratelimit-requests-reset',
  ),
  named('x-ratelimit-limit-requests', 'x-ratelimit-remaining-requests', 'x-ratelimit-reset-requests'),
  named('x-ratelimit-limit-req-minute', 'x-ratelimit-remaining-req-minute', 'x-ratelimit-reset-req-minute'),
  named(
    'x-ratelimit-limit-requests-day',
    'x-ratelimit-remaining-requests-day',
    'x-ratelimit-reset-requests-day',
  ),
  named('x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'),
  named('ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'),
];
const tokens: readonly Names[] = [
  named(
    'anthropic-ratelimit-input-tokens-limit',
    'anthropic-ratelimit-input-tokens-remaining',
    'anthropic-ratelimit-input-tokens-reset',
  ),
  named(
    'anthropic-ratelimit-tokens-limit',
    'anthropic-ratelimit-tokens-remaining',
    'anthropic-ratelimit-tokens-reset',
  ),
  named('x-ratelimit-limit-tokens', 'x-ratelimit-remaining-tokens', 'x-ratelimit-reset-tokens'),
  named(
    'x-ratelimit-limit-tokens-minute',
    'x-ratelimit-remaining-tokens-minute',
    'x-ratelimit-reset-tokens-minute',
  ),
  named('x-tokenlimit-limit', 'x-tokenlimit-remaining', 'x-tokenlimit-reset'),
  named('ratelimitbysize-limit', 'ratelimitbysize-remaining', 'ratelimitbysize-reset'),
];

/**
 * Reads the provider's limits from a reply's headers. Resets are timestamps (RFC 3339, Unix time), durations ("6m0s",
 * "17ms") or seconds. Timestamps are measured against the reply's own `date`, so no clock is needed. A reset is at most a
 * day away. Unreadable values are absent.
 */
export function readRateLimits(headers: Headers): RateLimits {
  const ofRequests = standing(headers, requests);
  const ofTokens = standing(headers, tokens);
  return { ...(ofRequests && { requests: ofRequests }), ...(ofTokens && { tokens: ofTokens }) };
}

function standing(headers: Headers, spellings: readonly Names[]): LimitStanding | undefined {
  for (const names of spellings) {
    const remaining = count(headers[names.remaining]);
    if (remaining === undefined) continue;
    const limit = count(headers[names.limit]);
    const resetsInMs = untilReset(singleHeader(headers[names.reset]), headers);
    return {
      remaining,
      ...(limit !== undefined && { limit }),
      ...(resetsInMs !== undefined && { resetsInMs: atMostADay(resetsInMs) }),
    };
  }
  return undefined;
}

function untilReset(text: string | undefined, headers: Headers): Ms | undefined {
  if (text === undefined || text === '') return undefined;
  const number = Number(text);
  if (!Number.isNaN(number)) return number < 1e9 ? number * 1000 : untilMoment(unixMs(number), headers);
  return spanMs(text) ?? untilMoment(Date.parse(text), headers);
}

function untilMoment(moment: Ms, headers: Headers): Ms | undefined {
  const wait = moment - Date.parse(singleHeader(headers.date) ?? '');
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}

/**
 * Unix times of this century have ten digits in seconds, thirteen in milliseconds, sixteen in microseconds and nineteen
 * in nanoseconds.
 */
function unixMs(number: number): Ms {
  if (number < 1e11) return number * 1e3;
  if (number < 1e14) return number;
  return number < 1e17 ? number / 1e3 : number / 1e6;
}

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Parses Go's spelling of a duration, as OpenAI and Groq write it: `1h2m3.5s`, `17ms`. */
function spanMs(text: string): Ms | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|[smhd]))+$/.test(text)) return undefined;
  let sum = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g)) {
    // The pattern above accepts no other unit.
    sum += Number(amount) * unitMs[unit as keyof typeof unitMs];
  }
  return sum;
}

function count(header: string | string[] | undefined): number | undefined {
  const text = singleHeader(header)?.trim();
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined;
}
