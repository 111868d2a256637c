import type { FoundProvider } from '../config/discover-providers.ts';
import type { ProviderNames } from '../core/seller-wishes.ts';
import { builtInProviders } from '../providers/built-in-providers.ts';

/** Every provider that a request may name in its wishes: whoever can be asked, and whoever could be. */
export function providerNames(found: readonly FoundProvider[], custom: readonly string[]): ProviderNames {
  const providers = found.map(({ provider }) => provider);
  return {
    ids: new Set([...[...builtInProviders, ...providers].map(({ id }) => id), ...custom]),
    open: providers.some(({ quirks }) => quirks.choosesSellers),
  };
}
