import type { FoundProvider } from '../config/discover-providers.ts';
import type { Config } from '../config/schema.ts';
import type { ProviderNames } from '../core/routing/provider-preferences.ts';
import { builtInProviders } from '../providers/built-in-providers.ts';

/**
 * Returns every provider that a request may name in its preferences: available ones and those that could be configured.
 */
export function providerNames(
  found: readonly FoundProvider[],
  custom: readonly string[],
  { providers: configured }: Pick<Config, 'providers'>,
): ProviderNames {
  const providers = found.map(({ provider }) => provider);
  return {
    ids: new Set([...[...builtInProviders, ...providers].map(({ id }) => id), ...custom]),
    callerKeys: new Set(Object.keys(configured).filter((id) => configured[id]?.callerKeys)),
    open: providers.some(({ quirks }) => quirks.choosesSellers),
  };
}
