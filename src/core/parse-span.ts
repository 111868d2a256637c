import type { Ms } from './units.ts';

const dayMs: Ms = 86_400_000;
const unitMs: Readonly<Record<string, Ms>> = { min: 60_000, h: 3_600_000, d: dayMs, w: 7 * dayMs };

/** Returns how long `15min`, `24h`, `30d` or `4w` is; `undefined` for anything else. */
export function parseSpan(text: string): Ms | undefined {
  const span = /^(\d{1,6})(min|h|d|w)$/.exec(text);
  const unit = span?.[2] && unitMs[span[2]];
  return span?.[1] && unit ? Number(span[1]) * unit : undefined;
}
