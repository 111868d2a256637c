import type { Environment } from '../../core/system/environment.ts';
import { fillBaseUrl } from '../addresses/fill-base-url.ts';
import { didYouMean } from '../../core/names/did-you-mean.ts';
import { Secret } from '../../core/credential.ts';
import type { DialectEndpoint, Provider } from '../../core/provider.ts';
import { atOwnAddress } from '../addresses/own-address.ts';
import { overwrittenHeader } from './overwritten-header.ts';
import { ownQuirks } from './own-quirks.ts';
import type { ProviderConfig } from '../schema/config-schema.ts';
import type { AuthScheme } from '../../core/provider.ts';
import type { DialectId } from '../../core/wire/content.ts';
import type { DiscoveryOptions } from './discover-providers.ts';
import type { FoundProvider } from './found-provider.ts';
import { filledEndpoints, withRegion } from '../addresses/filled-endpoints.ts';
import { awsAccess, plainKeyFrom } from './keys-from.ts';
import { bareUrl } from '../addresses/bare-url.ts';
import { wrongAt } from '../reading/wrong-at.ts';
import { isOnOwnNetwork } from '../../core/system/addresses.ts';

/**
 * Builds a provider of the config, based on the built-in one of the same name if there is one.
 * @throws ConclaveError `configuration` if its key or address is missing.
 */
export function configuredProvider(
  id: string,
  entry: ProviderConfig,
  { known, env }: DiscoveryOptions,
): FoundProvider {
  const builtIn = known.find((provider) => provider.id === id);
  const described = builtIn ? overridden(builtIn, entry) : ownProvider(id, entry, known);
  const plain = { ...described, dialects: filledOrThrow(described, entry, env) };
  const secret = entry.apiKey ?? plainKeyFrom(plain, env);
  const callersOnly = entry.callerKeys === true && secret === undefined && plain.auth !== 'aws-sigv4';
  const provider = callersOnly ? { ...plain, needsCallerKey: true } : plain;
  const needsKey =
    provider.auth !== 'none' &&
    provider.auth !== 'aws-sigv4' &&
    !provider.local &&
    !entry.baseUrl &&
    !callersOnly;
  if (needsKey && secret === undefined) {
    const [variable] = provider.keyVariables;
    throw wrongAt(
      ['providers', id],
      `no key; set ${variable ?? 'a variable'} and write apiKey: "\${${variable ?? 'VARIABLE'}}"`,
    );
  }
  refuseSecondKey(provider, entry, secret);
  const aws = provider.auth === 'aws-sigv4' ? awsAccess(entry, env) : undefined;
  return {
    provider,
    source: 'config',
    detail: `providers.${id}`,
    ...(entry.region && { region: entry.region }),
    ...(secret !== undefined && { secret: new Secret(secret) }),
    ...(aws && { aws }),
  };
}

/** Rejects a configured header that the key would silently overwrite. */
function refuseSecondKey({ id, auth }: Provider, { headers }: ProviderConfig, key: string | undefined): void {
  if (key === undefined) return;
  const name = overwrittenHeader(auth, headers);
  if (name === undefined) return;
  const problem = 'its key is sent in this header; leave out the header or the key';
  throw wrongAt(['providers', id, 'headers', name], problem);
}

/**
 * Returns a built-in provider with the overrides of the config. Its quirks hold at another address too: its name says
 * who answers there, behind a proxy for example.
 */
export function overridden(provider: Provider, entry: ProviderConfig): Provider {
  const endpoints = endpointsOf(provider, entry);
  return {
    ...provider,
    dialects: endpoints,
    headers: { ...provider.headers, ...entry.headers },
    quirks: { ...provider.quirks, ...entry.quirks },
    local: entry.local ?? (provider.local && endpoints.every(({ baseUrl }) => isOnOwnNetwork(baseUrl))),
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
export function ownProvider(id: string, entry: ProviderConfig, known: readonly Provider[]): Provider {
  if (entry.dialect && entry.baseUrl) {
    return {
      id,
      name: id,
      dialects: [{ dialect: entry.dialect, baseUrl: bareUrl(entry.baseUrl) }],
      auth: usualAuth[entry.dialect] ?? 'bearer',
      keyVariables: [],
      quirks: { ...ownQuirks(entry, known), ...entry.quirks },
      local: entry.local ?? false,
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

function filledOrThrow(provider: Provider, entry: ProviderConfig, env: Environment) {
  const values = { ...env, ...(entry.region && { AWS_REGION: entry.region }) };
  const endpoints = filledEndpoints(provider, values);
  if (endpoints.length > 0) return endpoints;
  const filled = fillBaseUrl(provider.dialects[0]?.baseUrl ?? '', withRegion(values));
  const missing = filled.ok ? 'a dialect' : filled.missing.join(' and ');
  throw wrongAt(['providers', provider.id], `its address needs ${missing}; set it, or give a baseUrl`);
}
