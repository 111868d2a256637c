import type { ConclaveError } from '../../core/errors.ts';
import { dollarText, type NanoUsd } from '../../core/units.ts';

/** What was paid before an error. */
type PaidBefore = {
  /** What had that cost; it begins a sentence. */
  readonly what: string;
  /** Absent: its price is unknown. */
  readonly cost?: NanoUsd;
  readonly simulated: boolean;
  /** Of the row that has the cost. */
  readonly requestId: string;
};

/** Returns an error that says what something had cost by then, in which row; the same error if it was free. */
export function withCost(
  error: ConclaveError,
  { what, cost, simulated, requestId }: PaidBefore,
): ConclaveError {
  if (cost === 0n) return error;
  const spent =
    cost === undefined ? 'an unknown amount' : dollarText(cost) + (simulated ? ' (simulated)' : '');
  const note = `${what} had cost ${spent} by then: conclave show ${requestId}.`;
  const { toOperator } = error.details;
  return error.with({
    message: `${error.message} ${note}`,
    ...(toOperator !== undefined && { toOperator: `${toOperator} ${note}` }),
    requestId,
  });
}
