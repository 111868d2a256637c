import { appendAll } from '../../core/append-all.ts';
import type { CallRecord } from './call-record.ts';

/** A request of many parts may lose something in each of them. */
const maxListed = 100;

/**
 * Adds warnings to the record, each only once, even if several attempts repeat it. If there are too many to list, a
 * last warning says how many are missing.
 */
export function warnOnce(
  { warnings: listed }: Pick<CallRecord, 'warnings'>,
  warnings: readonly string[],
): void {
  if (warnings.length === 0) return;
  const known = new Set(listed);
  const fresh = [...new Set(warnings)].filter((warning) => !known.has(warning));
  const shown = fresh.slice(0, Math.max(0, maxListed - listed.length));
  appendAll(listed, shown);
  const missing = `${fresh.length - shown.length} more warnings are not listed.`;
  if (shown.length < fresh.length && !known.has(missing)) listed.push(missing);
}
