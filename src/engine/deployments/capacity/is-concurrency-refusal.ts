import { ConclaveError } from '../../../core/errors.ts';
import type { Deployment } from '../../../core/deployment.ts';
import type { Ms } from '../../../core/units.ts';
import { isRateRefusal } from './is-rate-refusal.ts';

/** A provider that is merely busy asks for a second at most; a longer delay is that of a rate window. */
const longestMs: Ms = 1_000;

/** Whether a provider refused a call because of the number of calls that it is answering at this moment. */
export function isConcurrencyRefusal(error: ConclaveError): boolean {
  return isRateRefusal(error) && (error.details.retryAfterMs ?? 0) <= longestMs;
}

/** Whether a failure shows that our account is at its limit there; that of one caller predicts nothing about others. */
export function isOurConcurrencyRefusal({ payer }: Deployment, error: unknown): boolean {
  return payer !== 'caller' && error instanceof ConclaveError && isConcurrencyRefusal(error);
}
