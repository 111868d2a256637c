import type { ConclaveError } from '../../../core/errors.ts';
import type { Candidate } from '../../../core/deployment.ts';
import type { DeploymentLoad } from './deployment-load.ts';
import { isRateRefusal } from './is-rate-refusal.ts';

/** Adds an estimated `retryAfterMs` to a rate-limit error if the provider gave none. */
export function withRetryEstimate(
  load: DeploymentLoad,
  { deployment }: Candidate,
  error: ConclaveError,
): ConclaveError {
  if (!isRateRefusal(error) || error.details.retryAfterMs !== undefined) return error;
  const retryAfterMs = load.turnInMs(deployment);
  if (retryAfterMs === 0) return error;
  return error.with({ retryAfterMs });
}
