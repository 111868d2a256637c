import type { ConclaveError } from '../../core/errors.ts';

/**
 * Whether a provider refused a call because it has too many: a 429, or a 503 that says when to come back. A 503 that
 * does not is as likely an outage, which tells nothing of how much it takes.
 */
export function isRateRefusal({ code, details }: ConclaveError): boolean {
  if (code === 'provider_overloaded') return details.retryAfterMs !== undefined;
  return code === 'provider_rate_limited';
}
