import type { FoundProvider } from '../../config/discovery/found-provider.ts';
import type { Config } from '../../config/schema/config-schema.ts';
import type { ProviderNames } from '../../core/routing/preferences/provider-preferences.ts';
import { builtInProviders } from '../../providers/built-in-providers.ts';

/**
 * Returns every provider that a request may name in its preferences: available ones and those that could be configured.
 */
export function providerNames(
  found: readonly FoundProvider[],
  custom: readonly string[],
  { providers: configured }: Pick<Config, 'providers'>,
): ProviderNames {
  const providers = found.map(({ provider }) => provider);
  const all = [...builtInProviders, ...providers];
  const builtIn = new Set(builtInProviders.map(({ id }) => id));
  const onlyHere = all.filter(
    ({ id, local, quirks }) => local || quirks.choosesProviders === true || !builtIn.has(id),
  );
  return {
    ids: new Set([...all.map(({ id }) => id), ...custom]),
    otherNames: new Map(
      all.flatMap(({ id, otherNames = [] }) => otherNames.map((name) => [name, id] as const)),
    ),
    onlyHere: new Set([...onlyHere.map(({ id }) => id), ...custom]),
    routers: new Set(all.flatMap(({ id, quirks }) => (quirks.choosesProviders === true ? id : []))),
    callerKeys: new Set(Object.keys(configured).filter((id) => configured[id]?.callerKeys)),
    open: providers.some(({ quirks }) => quirks.choosesProviders),
  };
}
