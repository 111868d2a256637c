import { checkDataPolicy } from '../../config/checks/check-data-policy.ts';
import { doubtsOfContext } from '../../config/checks/doubts-of-context.ts';
import { checkReferences } from '../../config/checks/check-references.ts';
import type { FoundProvider } from '../../config/discovery/found-provider.ts';
import type { LoadedConfig } from '../../config/reading/load-config.ts';
import type { Config } from '../../config/schema/config-schema.ts';
import type { Catalogue } from '../../core/catalogue.ts';
import type { ProviderNames } from '../../core/routing/preferences/provider-preferences.ts';
import { createCatalogue, type LiveCatalogue } from '../../models/create-catalogue.ts';
import { checkPreferences, doubtsOfPreferences, policyNames } from '../../policies/policy-for.ts';
import { withRuleNames } from '../../policies/rule-names.ts';
import { builtInProviders } from '../../providers/built-in-providers.ts';
import { tools } from '../../tools/index.ts';
import { findProviders } from './find-providers.ts';
import type { Foundation } from '../foundation/foundation.ts';
import { discoveredModels, localCatalogue } from './local-catalogue.ts';
import { providerNames } from './provider-names.ts';
import type { AppOptions } from '../options.ts';

/** The models that can be asked, and the names by which requests may refer to them. */
export type AppModels = {
  readonly catalogue: Catalogue;
  /** The available providers, and where each was found. */
  readonly found: readonly FoundProvider[];
  /** Provider names that a request may use. */
  readonly providerNames: ProviderNames;
  readonly policyNames: readonly string[];
};

/**
 * Finds the providers of a configuration and lists their models.
 * @throws ConclaveError `configuration` if there is no provider, or if the configuration names something unknown.
 */
export async function appModels(
  foundation: Foundation,
  loaded: LoadedConfig,
  options: AppOptions,
): Promise<AppModels> {
  const found = await findProviders(options, loaded, foundation);
  const { catalogue, names } = await checkedCatalogue(loaded, found, options);
  const { routing, models } = loaded.config;
  const doubts = [
    ...doubtsOfPreferences(routing),
    ...doubtsOfContext(
      found.map(({ provider }) => provider),
      models,
    ),
  ];
  for (const doubt of doubts) foundation.log.warn({}, doubt);
  return {
    catalogue: localCatalogue(catalogue, {
      found,
      details: foundation.localModels,
      log: foundation.log,
      now: Date.now,
    }),
    found,
    providerNames: names,
    policyNames,
  };
}

/**
 * Lists the models of the available providers.
 * @throws ConclaveError `configuration` if the configuration names something unknown.
 */
export async function checkedCatalogue(
  { config }: LoadedConfig,
  found: readonly FoundProvider[],
  { providers: custom = [], offline }: Pick<AppOptions, 'providers' | 'offline'>,
): Promise<{ readonly catalogue: LiveCatalogue; readonly names: ProviderNames }> {
  const customNames = custom.map(({ name }) => name);
  const names = providerNames(found, customNames, config);
  const catalogue = await createCatalogue({
    providers: found.map(({ provider }) => provider),
    known: builtInProviders,
    configured: config.models,
    aliases: config.aliases,
    discovered: discoveredModels(found),
    custom,
  });
  // Without providers, everything that a configuration names would be unknown.
  if (!offline) checkNames(config, { catalogue, found, providerIds: names.ids });
  return { catalogue, names };
}

type Named = Pick<AppModels, 'catalogue' | 'found'> & { readonly providerIds: ReadonlySet<string> };

function checkNames(config: Config, { catalogue, found, providerIds }: Named): void {
  checkReferences(config, {
    resolve: (name) => catalogue.resolve(name),
    providerNames: providerIds,
    providers: new Map(found.map(({ provider }) => [provider.id, provider.auth])),
    tools: tools.map(({ name }) => name),
  });
  checkPreferences(withRuleNames(config.routing, catalogue), catalogue);
  checkDataPolicy(config.routing.allow, {
    known: providerIds,
    place: 'routing.allow.providers',
    code: 'configuration',
  });
}
