import type { ConclaveError } from '../../../core/errors.ts';
import type { Candidate } from '../../../core/deployment.ts';
import type { Tokens } from '../../../core/units.ts';
import type { DeploymentLoad } from './deployment-load.ts';
import { isConcurrencyRefusal } from './is-concurrency-refusal.ts';

/**
 * Whether a refusal has taught how many concurrent calls the provider accepts: waiting for the next free slot is then
 * quicker than any delay.
 */
export function isRefusedAsFull(
  load: DeploymentLoad,
  { deployment }: Candidate,
  { error, tokens }: { readonly error: ConclaveError; readonly tokens: Tokens },
): boolean {
  return isConcurrencyRefusal(error) && load.full(deployment, tokens)?.limit === 'concurrency';
}
