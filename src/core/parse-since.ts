import { ConclaveError } from './errors.ts';
import type { Ms } from './units.ts';

const unitMs: Readonly<Record<string, Ms>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/**
 * The moment that `24h`, `30d`, `4w` or an ISO date stands for, seen from `now`.
 * @throws ConclaveError `invalid_request` for anything else.
 */
export function parseSince(text: string, now: Ms): Ms {
  const span = /^(\d{1,6})([mhdw])$/.exec(text);
  const unit = span?.[2] && unitMs[span[2]];
  if (span?.[1] && unit) return Math.max(0, now - Number(span[1]) * unit);
  const date = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(date)) return date;
  throw new ConclaveError(
    'invalid_request',
    `"${text}" is no time: write a span such as 24h, 30d or 4w, or a date such as 2026-11-01.`,
    {
      param: 'since',
    },
  );
}
