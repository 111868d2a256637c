import type { CallRecord } from '../context.ts';

/** What several attempts of a call have to say is said once. */
export function warnOnce(record: CallRecord, warnings: readonly string[]): void {
  for (const warning of warnings) if (!record.warnings.includes(warning)) record.warnings.push(warning);
}
