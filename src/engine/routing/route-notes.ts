import type { CallRecord } from '../record.ts';

/** What routing leaves in a call's record. */
export type RouteNotes = Pick<CallRecord, 'size' | 'classification' | 'decision' | 'warnings'> & {
  /** Somebody was ruled out by a price ceiling for want of an exact count. */
  isCeilingDoubtful?: boolean;
  /** Whom their windows ruled out, all of them, though the decision names a dozen at most. */
  tooLongFor?: readonly string[];
};

/** For a call that is only thought through. */
export function passingNotes(): RouteNotes {
  return { size: undefined, classification: undefined, decision: undefined, warnings: [] };
}
