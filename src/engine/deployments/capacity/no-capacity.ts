import { ConclaveError } from '../../../core/errors.ts';
import type { Deployment } from '../../../core/deployment.ts';
import type { Tokens } from '../../../core/units.ts';
import type { Full } from './capacity.ts';
import type { DeploymentLoad } from './deployment-load.ts';

const things = { rpm: 'requests a minute', tpm: 'tokens a minute', concurrency: 'concurrent requests' };

/** "2 requests a minute". */
export function limitText({ limit, of }: Pick<Full, 'limit' | 'of'>): string {
  return `${of} ${things[limit]}`;
}

/** The refusal of a deployment that is at a configured or learned limit; the provider was not asked. */
export function noCapacity(
  load: DeploymentLoad,
  deployment: Deployment,
  { limit, of, learned, waitMs = load.turnInMs(deployment) }: Full,
  tokens: Tokens,
): ConclaveError {
  const limited = learned
    ? `${deployment.id} recently rejected more than ${limitText({ limit, of })}`
    : `${deployment.id} is limited to ${limitText({ limit, of })}`;
  if (waitMs === Infinity) {
    const message = `${limited}, and this request alone has about ${tokens} tokens: send less, or raise ${limit} in the config.`;
    return new ConclaveError('rate_limited', message);
  }
  return new ConclaveError('rate_limited', `${limited}; try again in ${Math.ceil(waitMs / 1000)} s.`, {
    retryAfterMs: waitMs,
  });
}
