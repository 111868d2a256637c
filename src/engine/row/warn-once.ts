import { appendAll } from '../../core/lists/append-all.ts';
import type { CallRecord } from './call-record.ts';

/** Adds warnings to the record, each only once, even if several attempts repeat it. */
export function warnOnce(
  { warnings: listed }: Pick<CallRecord, 'warnings'>,
  warnings: readonly string[],
): void {
  if (warnings.length === 0) return;
  const known = new Set(listed);
  appendAll(
    listed,
    [...new Set(warnings)].filter((warning) => !known.has(warning)),
  );
}
