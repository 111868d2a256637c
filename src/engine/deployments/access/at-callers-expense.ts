import { ConclaveError } from '../../../core/errors.ts';
import type { Secret } from '../../../core/credential.ts';
import type { Deployment } from '../../../core/deployment.ts';
import { headersWithoutKey, withoutOurKey } from './without-our-key.ts';

/** The callers' own credentials, by provider id. They live as long as their call. */
export type CallerKeys = ReadonlyMap<string, Secret>;

/**
 * Returns the deployments for use with a caller's own credential: one for every address of its provider, without our
 * key, in whatever header, and without the limits that concern our account.
 */
export function atCallersExpense(
  deployments: readonly Deployment[],
  keys: CallerKeys | undefined,
): readonly Deployment[] {
  if (!keys || keys.size === 0) return deployments;
  const addresses = new Set<string>();
  return deployments.flatMap((deployment) => {
    const secret = keys.get(deployment.provider.id);
    if (!secret) return deployment;
    const address = deployment.endpoints.map(({ baseUrl }) => baseUrl).join(' ');
    if (addresses.has(address)) return [];
    addresses.add(address);
    const { aws: _aws, limits: _limits, credential: _ours, ...place } = deployment;
    const credential = { secret, label: "the caller's own key" };
    return {
      ...place,
      ...headersWithoutKey(place),
      provider: withoutOurKey(place.provider),
      id: `${deployment.id}@caller`,
      credential,
      payer: 'caller' as const,
    };
  });
}

/**
 * Turns a refused key or an empty account of the caller into an error for the caller; it does not affect other callers.
 */
export function asCallersError(error: ConclaveError, { payer, provider }: Deployment): ConclaveError {
  if (payer !== 'caller') return error;
  if (error.code === 'provider_auth') {
    const message = `${provider.id} rejects the key in x-conclave-provider-key.`;
    return new ConclaveError('authentication', message, { cause: error });
  }
  if (error.code !== 'provider_quota' || error.hint === 'model-quota') return error;
  const message = `The account of the key in x-conclave-provider-key has no money left at ${provider.id}.`;
  // The key is valid: a client that reacts to `invalid_api_key` would discard it.
  const openAiCode = 'insufficient_quota';
  return new ConclaveError('authentication', message, { status: 402, openAiCode, cause: error });
}
