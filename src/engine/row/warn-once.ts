import type { CallRecord } from './call-record.ts';

/** Adds warnings to the record, each only once, even if several attempts repeat it. */
export function warnOnce(record: CallRecord, warnings: readonly string[]): void {
  for (const warning of warnings) if (!record.warnings.includes(warning)) record.warnings.push(warning);
}
