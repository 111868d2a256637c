import type { SlotRequest } from '../../deployments/capacity/acquire-slot.ts';
import type { UntriedCandidates } from '../../deployments/order/untried-candidates.ts';
import type { Route } from '../../route.ts';
import type { CallRecord } from '../../row/call-record.ts';
import type { FailedCandidate } from './all-failed.ts';

/** A call on its way from candidate to candidate. */
export type FallbackState = {
  readonly route: Route;
  readonly record: CallRecord;
  readonly untried: UntriedCandidates;
  readonly failures: FailedCandidate[];
  /** The accounts, at their addresses, that were refused once in this call. */
  readonly refusedAccounts: Set<string>;
  readonly room: SlotRequest;
};
