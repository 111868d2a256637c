import { Secret } from '../../core/credential.ts';
import type { Provider } from '../../core/provider.ts';
import type { Environment } from '../../core/system/environment.ts';
import { fillBaseUrl } from '../addresses/fill-base-url.ts';
import { filledEndpoints, withRegion } from '../addresses/filled-endpoints.ts';
import { wrongAt } from '../reading/wrong-at.ts';
import type { ProviderConfig } from '../schema/config-schema.ts';
import { describedProvider } from './described-provider.ts';
import type { FoundProvider } from './found-provider.ts';
import { awsAccess, plainKeyFrom } from './keys-from.ts';
import { overwrittenHeader } from './overwritten-header.ts';

/**
 * Builds a provider of the config, with its key and its address.
 * @throws ConclaveError `configuration` if its key or address is missing.
 */
export function configuredProvider(
  id: string,
  entry: ProviderConfig,
  { known, env }: { readonly known: readonly Provider[]; readonly env: Environment },
): FoundProvider {
  const described = describedProvider(id, entry, known);
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

function filledOrThrow(provider: Provider, entry: ProviderConfig, env: Environment) {
  const values = { ...env, ...(entry.region && { AWS_REGION: entry.region }) };
  const endpoints = filledEndpoints(provider, values);
  if (endpoints.length > 0) return endpoints;
  const filled = fillBaseUrl(provider.dialects[0]?.baseUrl ?? '', withRegion(values));
  const missing = filled.ok ? 'a dialect' : filled.missing.join(' and ');
  throw wrongAt(['providers', provider.id], `its address needs ${missing}; set it, or give a baseUrl`);
}
