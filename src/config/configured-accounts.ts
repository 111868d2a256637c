import { credentialKey } from '../core/credential-key.ts';
import { Secret, type Credential } from '../core/provider.ts';
import type { FoundProvider } from './discover-providers.ts';
import type { DeploymentEntry } from './schema.ts';

/**
 * Returns the accounts of all configured keys, as named by `credentialKey`. An entry that names no provider may belong
 * to any of them.
 */
export function configuredAccounts(
  found: readonly FoundProvider[],
  entries: readonly DeploymentEntry[],
): ReadonlySet<string> {
  const own = found.map(({ provider, secret, aws }) =>
    credentialKey({ id: '', provider, ...(secret && { credential: unnamed(secret) }), ...(aws && { aws }) }),
  );
  const further = entries.flatMap(({ apiKey, provider: id }) => {
    if (apiKey === undefined) return [];
    const credential = unnamed(new Secret(apiKey));
    const sellers = id === undefined ? found : found.filter(({ provider }) => provider.id === id);
    return sellers.map(({ provider }) => credentialKey({ id: '', provider, credential }));
  });
  return new Set([...own, ...further]);
}

function unnamed(secret: Secret): Credential {
  return { secret, label: '' };
}
