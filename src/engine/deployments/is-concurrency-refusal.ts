import type { ConclaveError } from '../../core/errors.ts';
import type { Candidate } from '../../core/provider.ts';
import type { Tokens } from '../../core/units.ts';
import type { DeploymentLoad } from './deployment-load.ts';
import { isCrowdRefusal } from './is-crowd-refusal.ts';

/** The refusal has taught how many calls the provider takes: the next place that comes free is sooner than any delay. */
export function isConcurrencyRefusal(
  load: DeploymentLoad,
  { deployment }: Candidate,
  { error, tokens }: { readonly error: ConclaveError; readonly tokens: Tokens },
): boolean {
  return isCrowdRefusal(error) && load.full(deployment, tokens)?.limit === 'concurrency';
}
