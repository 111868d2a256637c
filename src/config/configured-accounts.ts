import { accountAt } from '../core/account-at.ts';
import { configuredDeployment, providersOwn } from './deployments.ts';
import type { FoundProvider } from './discover-providers.ts';
import type { DeploymentEntry } from './schema.ts';

/**
 * Returns the accounts of all configured keys at their addresses, as named by `accountAt`. An entry that names no
 * provider may belong to any of them.
 */
export function configuredAccounts(
  found: readonly FoundProvider[],
  entries: readonly DeploymentEntry[],
): ReadonlySet<string> {
  const own = found.map((seller) => providersOwn('', seller));
  const further = entries.flatMap((entry) => {
    const { provider: id } = entry;
    const sellers = id === undefined ? found : found.filter(({ provider }) => provider.id === id);
    return sellers.map((seller) => configuredDeployment('', { ...entry, place: '' }, seller));
  });
  return new Set([...own, ...further].map(accountAt));
}
