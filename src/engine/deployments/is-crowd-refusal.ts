import type { ConclaveError } from '../../core/errors.ts';
import type { Ms } from '../../core/units.ts';
import { isRateRefusal } from './is-rate-refusal.ts';

/** A provider that is merely busy asks for a second at most; a longer delay is that of a rate window. */
const longestOfCrowds: Ms = 1_000;

/** Whether a provider refused a call because of the number of calls that it is answering at this moment. */
export function isCrowdRefusal(error: ConclaveError): boolean {
  return isRateRefusal(error) && (error.details.retryAfterMs ?? 0) <= longestOfCrowds;
}
