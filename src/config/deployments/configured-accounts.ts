import { accountAt } from '../../core/accounts/account-at.ts';
import { configuredDeployment, providersOwn } from './deployment-finder.ts';
import type { FoundProvider } from '../discovery/found-provider.ts';
import type { DeploymentEntry } from '../schema/config-schema.ts';

/**
 * Returns the accounts of all configured keys at their addresses, as named by `accountAt`. An entry that names no
 * provider may belong to any of them.
 */
export function configuredAccounts(
  found: readonly FoundProvider[],
  entries: readonly DeploymentEntry[],
): ReadonlySet<string> {
  const own = found.map((one) => providersOwn('', one));
  const further = entries.flatMap((entry) => {
    const { provider: id } = entry;
    const possible = id === undefined ? found : found.filter(({ provider }) => provider.id === id);
    return possible.map((one) => configuredDeployment('', { ...entry, place: '' }, one));
  });
  return new Set([...own, ...further].map(accountAt));
}
