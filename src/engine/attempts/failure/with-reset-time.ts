import { maxOf } from '../../../core/lists/extremes.ts';
import type { ConclaveError } from '../../../core/errors.ts';
import type { RateLimits } from '../../../core/money/rate-limits.ts';
import type { Tokens } from '../../../core/units.ts';

/**
 * Adds a retry time to a rate-limit error that has none, from the limits in the same reply: the wait lasts until the
 * limits that are too small for the call are reset.
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
  return error.with({ retryAfterMs: maxOf(resets) });
}
