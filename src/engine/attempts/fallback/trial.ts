import type { DialectId } from '../../../core/wire/content.ts';
import type { Candidate } from '../../../core/provider.ts';
import type { SlotRequest } from '../../deployments/capacity/acquire-slot.ts';
import type { UntriedCandidates } from '../../deployments/order/untried-candidates.ts';
import type { Route } from '../../route.ts';
import type { CallRecord } from '../../row/call-record.ts';
import type { FailedCandidate } from './all-failed.ts';
import type { FailedAttempt } from '../start-attempt.ts';

/** A call on its way from candidate to candidate. */
export type Trial = {
  readonly route: Route;
  readonly record: CallRecord;
  readonly untried: UntriedCandidates;
  readonly failures: FailedCandidate[];
  /** The accounts, at their addresses, that were refused once in this call. */
  readonly refusedAccounts: Set<string>;
  readonly room: SlotRequest;
};

/** A try at a candidate that failed before its first content. */
export type LostTry = FailedAttempt & {
  readonly candidate: Candidate;
  /** Tries at this candidate so far, at least 1. */
  readonly tries: number;
  /** Dialects in which this candidate is not asked any more. */
  readonly notIn: ReadonlySet<DialectId>;
};
