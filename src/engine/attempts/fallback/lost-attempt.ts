import type { DialectId } from '../../../core/wire/content.ts';
import type { Candidate } from '../../../core/deployment.ts';
import type { FailedAttempt } from '../start-attempt.ts';

/** An attempt at a candidate that failed before its first content. */
export type LostAttempt = FailedAttempt & {
  readonly candidate: Candidate;
  /** How often this candidate has been retried before. */
  readonly retried: number;
  /** Dialects in which this candidate is not asked any more. */
  readonly notIn: ReadonlySet<DialectId>;
};
