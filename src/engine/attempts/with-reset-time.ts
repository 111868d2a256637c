import { ConclaveError } from '../../core/errors.ts';
import type { RateLimits } from '../../core/money/rate-limits.ts';
import type { Tokens } from '../../core/units.ts';

/**
 * A provider that refuses a call without saying when to come back may have said it of the limits in the same reply: the
 * wait is until those have been reset that are too small for the call.
 */
export function withResetTime(
  error: ConclaveError,
  { requests, tokens }: RateLimits,
  wanted: Tokens,
): ConclaveError {
  if (error.code !== 'provider_rate_limited' || error.details.retryAfterMs !== undefined) return error;
  const resets = [
    requests && requests.remaining < 1 ? requests.resetsInMs : undefined,
    tokens && tokens.remaining < wanted ? tokens.resetsInMs : undefined,
  ].filter((ms) => ms !== undefined);
  if (resets.length === 0) return error;
  const { code, message, status, details } = error;
  return new ConclaveError(code, message, {
    ...details,
    status,
    cause: error,
    retryAfterMs: Math.max(...resets),
  });
}
