import { didYouMean } from '../../core/names/did-you-mean.ts';
import type { AuthScheme, DialectEndpoint, Provider } from '../../core/provider.ts';
import { isOnOwnNetwork } from '../../core/system/addresses.ts';
import type { DialectId } from '../../core/wire/content.ts';
import { bareUrl } from '../addresses/bare-url.ts';
import { atOwnAddress } from '../addresses/own-address.ts';
import { wrongAt } from '../reading/wrong-at.ts';
import type { ProviderConfig } from '../schema/config-schema.ts';
import { ownQuirks } from './own-quirks.ts';

/**
 * Returns the provider that an entry of the config describes: the built-in one of its name with the entry's overrides,
 * else a new one. Its addresses may still contain variables, and it may have no key.
 * @throws ConclaveError `configuration` if a required setting is missing.
 */
export function describedProvider(id: string, entry: ProviderConfig, known: readonly Provider[]): Provider {
  const builtIn = known.find((provider) => provider.id === id);
  return builtIn ? overridden(builtIn, entry) : ownProvider(id, entry, known);
}

/**
 * Returns a built-in provider with the overrides of the config. Its quirks hold at another address too: its name says
 * who answers there, behind a proxy for example.
 */
function overridden(provider: Provider, entry: ProviderConfig): Provider {
  const endpoints = endpointsOf(provider, entry);
  return {
    ...provider,
    dialects: endpoints,
    headers: { ...provider.headers, ...entry.headers },
    quirks: { ...provider.quirks, ...entry.quirks },
    local: entry.local ?? (provider.local && endpoints.every(({ baseUrl }) => isOnOwnNetwork(baseUrl))),
    ...(entry.zeroDataRetention && { zeroDataRetention: true }),
  };
}

/** Returns the endpoints. A forced dialect is the only one used, even if the provider itself does not support it. */
function endpointsOf(provider: Provider, { dialect, baseUrl }: ProviderConfig): readonly DialectEndpoint[] {
  if (dialect === undefined) {
    return baseUrl === undefined ? provider.dialects : atOwnAddress(provider, baseUrl);
  }
  const kept = provider.dialects.filter((endpoint) => endpoint.dialect === dialect);
  return baseUrl === undefined ? kept : [{ ...kept[0], dialect, baseUrl: bareUrl(baseUrl) }];
}

/** How servers of a dialect expect their key, if not as a bearer token. */
const usualAuth: Partial<Record<DialectId, AuthScheme>> = {
  'anthropic-messages': 'x-api-key',
  'google-generate': 'x-goog-api-key',
};

/** Paths of a dialect's model lists and model details, if they differ from OpenAI's. */
const usualPaths: Partial<Record<DialectId, Pick<Provider, 'modelsPath' | 'listPath' | 'showPath'>>> = {
  'ollama-chat': { modelsPath: '/v1/models', listPath: '/api/tags', showPath: '/api/show' },
};

/**
 * Builds a provider that only the config defines.
 * @throws ConclaveError `configuration` if a required setting is missing.
 */
function ownProvider(id: string, entry: ProviderConfig, known: readonly Provider[]): Provider {
  if (entry.dialect && entry.baseUrl) {
    return {
      id,
      name: id,
      dialects: [{ dialect: entry.dialect, baseUrl: bareUrl(entry.baseUrl) }],
      auth: usualAuth[entry.dialect] ?? 'bearer',
      keyVariables: [],
      quirks: { ...ownQuirks(entry, known), ...entry.quirks },
      local: entry.local ?? false,
      ...(entry.zeroDataRetention && { zeroDataRetention: true }),
      ...usualPaths[entry.dialect],
      ...(entry.headers && { headers: entry.headers }),
    };
  }
  const missing = (['dialect', 'baseUrl'] as const).filter((name) => entry[name] === undefined);
  const needed = `not a built-in provider, so it needs ${missing.join(' and ')}`;
  // An entry that describes a server is no misspelt name.
  if (missing.length === 1) throw wrongAt(['providers', id], needed);
  const ids = known.map((provider) => provider.id);
  const hint = didYouMean(id, ids, { otherwise: 'see docs/providers.md for the built-in ones' });
  throw wrongAt(['providers', id], `${needed}; ${hint}`);
}
