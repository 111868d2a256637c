import type { CallState } from '../../core/call.ts';
import { asConclaveError, type ErrorCode } from '../../core/errors.ts';
import type { Settlement } from '../../core/stores/ledger.ts';

/** How a call has ended whose row could not be written: its caller got that error, whatever the provider answered. */
export type UnwrittenEnd = {
  readonly state: Exclude<CallState, 'ok' | 'running' | 'interrupted'>;
  readonly errorCode: ErrorCode;
  readonly errorStatus: number;
};

export function unwrittenEnd({ state }: Pick<Settlement, 'state'>, thrown: unknown): UnwrittenEnd {
  const { code, status } = asConclaveError(thrown);
  return { state: state === 'ok' ? 'failed' : state, errorCode: code, errorStatus: status };
}
