import type { ConclaveError } from '../../../core/errors.ts';

/**
 * Whether a provider refused a call because it receives too many: a 429, or a 503 with a retry time. A 503 without one
 * may just as well be an outage, which says nothing about capacity.
 */
export function isRateRefusal({ code, details }: ConclaveError): boolean {
  if (code === 'provider_overloaded') return details.retryAfterMs !== undefined;
  return code === 'provider_rate_limited';
}
