import type { ConclaveError } from '../../core/errors.ts';
import type { Ms } from '../../core/units.ts';
import { isRateRefusal } from './is-rate-refusal.ts';

/** A provider that is merely crowded says "in a second" at most; a longer time is that of a window that has to pass. */
const longestOfCrowds: Ms = 1_000;

/** Whether a provider refused a call for the number of calls that it is answering at this moment. */
export function isCrowdRefusal(error: ConclaveError): boolean {
  return isRateRefusal(error) && (error.details.retryAfterMs ?? 0) <= longestOfCrowds;
}
