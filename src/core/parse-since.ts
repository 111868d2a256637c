import { ConclaveError } from './errors.ts';
import { parseSpan } from './parse-span.ts';
import type { Ms } from './units.ts';

const dayMs: Ms = 86_400_000;

const isoDate = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})?)?$/;

/**
 * Returns the moment that `15min`, `24h`, `30d`, `4w` or an ISO date stands for, relative to `now`.
 * @throws ConclaveError `invalid_request` for anything else, and for a time in the future.
 */
export function parseSince(text: string, now: Ms): Ms {
  const span = parseSpan(text);
  if (span !== undefined) return Math.max(0, now - span);
  const date = dateOf(text);
  if (/^\d+m$/.test(text)) {
    throw wrong(`"${text}" could mean minutes or months: write ${text}in, or a span in days such as 30d.`);
  }
  if (date === undefined) {
    throw wrong(
      `"${text}" is not a time: write a span such as 24h, 30d or 4w, or a date such as 2026-11-01.`,
    );
  }
  // In time zones where it is already tomorrow, today's date is still in the future in UTC.
  if (date > now + dayMs) throw wrong(`${text} is in the future; nothing has happened since then.`);
  return date;
}

/** `Date.parse` alone reads 30 February as 2 March, and finds a month in any word after a date. */
function dateOf(text: string): Ms | undefined {
  const day = isoDate.exec(text)?.[1];
  if (day === undefined) return undefined;
  const [midnight, moment] = [Date.parse(day), Date.parse(text)];
  if (!Number.isFinite(midnight) || !Number.isFinite(moment)) return undefined;
  return new Date(midnight).toISOString().startsWith(day) ? moment : undefined;
}

function wrong(message: string): ConclaveError {
  return new ConclaveError('invalid_request', message, { param: 'since' });
}
