import type { CheckedFor } from '../../core/routing/acceptance/acceptance.ts';
import type { CallRecord } from './call-record.ts';

/** Whom the answers of a call are checked for: its key, until its caller no longer waits. */
export function checkedFor({ call, deadline }: Pick<CallRecord, 'call' | 'deadline'>): CheckedFor {
  return { keyId: call.principal.keyId, signal: deadline.signal };
}
