import type { AttemptRow } from '../../core/stores/ledger.ts';
import type { Ms } from '../../core/units.ts';
import type { Attempt } from './attempt.ts';
import type { AttemptEnd } from './meter/attempt-meter.ts';
import { attemptRow } from './attempt-row.ts';
import type { AttemptServices } from './attempt-services.ts';
import { recordAttempt } from './record-attempt.ts';

/** Closes an attempt, however it ended: bills it, records what it has shown, and returns its entry for the ledger. */
export function closeAttempt(
  engine: AttemptServices,
  attempt: Attempt,
  end: AttemptEnd & { readonly endedAt: Ms },
): AttemptRow {
  const bill = attempt.meter.bill(end);
  const row = attemptRow(engine, attempt, { ...end, bill });
  recordAttempt(engine, { ...attempt, row, bill, error: end.error });
  attempt.state.trace?.ended(row);
  return row;
}
