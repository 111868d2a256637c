import type { WireFailure } from '../../core/wire/dialect.ts';
import type { Ms } from '../../core/units.ts';
import { atMostADay } from './at-most-a-day.ts';
import { singleHeader } from './single-header.ts';

/**
 * Returns how long a provider asks not to be called, at most a day. A date is measured against the reply's own `date`,
 * so no clock is needed.
 */
export function parseRetryAfter(headers: WireFailure['headers']): Ms | undefined {
  const ms = statedMs(headers);
  return ms === undefined ? undefined : atMostADay(ms);
}

function statedMs(headers: WireFailure['headers']): Ms | undefined {
  const ms = number(singleHeader(headers['retry-after-ms']));
  if (ms !== undefined) return ms;
  const text = singleHeader(headers['retry-after']);
  const seconds = number(text);
  if (seconds !== undefined) return seconds * 1000;
  const wait = Date.parse(text ?? '') - Date.parse(singleHeader(headers.date) ?? '');
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}

function number(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d+(\.\d+)?$/.test(text.trim())) return undefined;
  return Number(text);
}
