import type { WireFailure } from '../../core/wire/dialect.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json/json.ts';
import type { Ms } from '../../core/units.ts';
import { objectOf, objectsOf, textOf } from '../fields/loose-fields.ts';
import { atMostADay } from './at-most-a-day.ts';
import { parseRetryAfter } from './parse-retry-after.ts';
import { readRateLimits } from './read-rate-limits.ts';

type Headers = WireFailure['headers'];

/**
 * Returns how long an error object asks not to be called, at most a day: Google's `details`, also behind servers of
 * other formats, and OpenRouter's `metadata`, which quotes the headers of the provider behind it. `date`: that of the
 * reply, against which moments are measured.
 */
export function statedWait({ details, metadata }: JsonObject, date?: Headers['date']): Ms | undefined {
  const { retry_after_seconds: seconds, headers } = objectOf(metadata);
  if (typeof seconds === 'number' && seconds >= 0) return atMostADay(Math.ceil(seconds * 1000));
  if (isJsonObject(headers)) return quotedWait({ ...textsByName(headers), date });
  return retryDelay(details);
}

/** `{"@type": "…RetryInfo", "retryDelay": "34.07s"}` */
function retryDelay(details: JsonValue | undefined): Ms | undefined {
  for (const { retryDelay: delay } of objectsOf(details)) {
    const seconds = /^(\d+(?:\.\d+)?)s$/.exec(textOf(delay))?.[1];
    if (seconds !== undefined) return atMostADay(Math.ceil(Number(seconds) * 1000));
  }
  return undefined;
}

/** OpenRouter names them `Retry-After`, or `X-RateLimit-Remaining` and `X-RateLimit-Reset` of its own limits. */
function quotedWait(headers: Headers): Ms | undefined {
  const { requests } = readRateLimits(headers);
  return parseRetryAfter(headers) ?? (requests && requests.remaining < 1 ? requests.resetsInMs : undefined);
}

function textsByName(headers: JsonObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' ? [[name.toLowerCase(), `${value}`]] : [],
    ),
  );
}
