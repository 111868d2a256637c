import type { ConclaveError } from '../../core/errors.ts';
import type { Candidate } from '../../core/provider.ts';
import type { Ms, Tokens } from '../../core/units.ts';
import type { DeploymentLoad } from './deployment-load.ts';
import { isRateRefusal } from './is-rate-refusal.ts';

/** Who is merely crowded says "in a second" at most; a longer time is of a window that has to pass. */
const longestOfCrowds: Ms = 1_000;

/** The refusal has taught how many calls the provider takes: the next place that comes free is sooner than any delay. */
export function isConcurrencyRefusal(
  load: DeploymentLoad,
  { deployment }: Candidate,
  { error, tokens }: { readonly error: ConclaveError; readonly tokens: Tokens },
): boolean {
  const { retryAfterMs = 0 } = error.details;
  if (!isRateRefusal(error) || retryAfterMs > longestOfCrowds) return false;
  return load.full(deployment, tokens)?.limit === 'concurrency';
}
