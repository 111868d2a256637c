import type { AttemptRow } from '../../core/stores/ledger.ts';
import type { CallRecord } from './call-record.ts';

/**
 * Returns the attempts of a call that are over, those of its steps first. The answer that a cascade gives is among them
 * when it has been sent, like any other.
 */
export function attemptsOf({
  attempts,
  steps,
  answeredByCallId,
}: Pick<CallRecord, 'attempts' | 'steps' | 'answeredByCallId'>): readonly AttemptRow[] {
  if (steps.length === 0) return attempts;
  const passedOver = steps
    .flatMap(({ answers }) => answers)
    .filter(({ head }) => head.requestId !== answeredByCallId);
  return [...passedOver.map(({ row }) => row), ...attempts];
}
