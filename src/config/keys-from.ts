import { Secret, type AwsAccess, type Provider } from '../core/provider.ts';
import type { ProviderConfig } from './schema.ts';
import type { Environment } from './discover-providers.ts';

/** The first of a provider's variables that has a value. */
export function keyFrom(
  provider: Provider,
  env: Environment,
): { variable: string; value: string } | undefined {
  for (const variable of provider.keyVariables) {
    // A file with a line end behind the key is the commonest way to get one.
    const value = env[variable]?.trim();
    if (value) return { variable, value };
  }
  return undefined;
}

/** AWS's variables hold parts of a signature's credential; only Bedrock's own token can be sent as it is. */
export function plainKeyFrom(provider: Provider, env: Environment): string | undefined {
  return provider.auth === 'aws-sigv4'
    ? env['AWS_BEARER_TOKEN_BEDROCK'] || undefined
    : keyFrom(provider, env)?.value;
}

/** What the config says itself of access to AWS; the rest is its own chain's. */
export function awsAccess(entry: Partial<ProviderConfig>, env: Environment): AwsAccess {
  const region = entry.region ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'];
  return {
    ...(region && { region }),
    ...(entry.accessKeyId && { accessKeyId: entry.accessKeyId }),
    ...(entry.secretAccessKey && { secretAccessKey: new Secret(entry.secretAccessKey) }),
    ...(entry.sessionToken && { sessionToken: new Secret(entry.sessionToken) }),
  };
}
