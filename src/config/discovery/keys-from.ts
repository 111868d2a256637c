import { Secret, type AwsAccess } from '../../core/credential.ts';
import type { Provider } from '../../core/provider.ts';
import type { ProviderConfig } from '../schema/config-schema.ts';
import { variableValue, type Environment } from '../../core/system/environment.ts';
import { withRegion } from '../addresses/filled-endpoints.ts';

/** Returns the first of a provider's variables that has a value. */
export function keyFrom(
  provider: Provider,
  env: Environment,
): { variable: string; value: string } | undefined {
  for (const variable of provider.keyVariables) {
    const value = variableValue(env, variable);
    if (value) return { variable, value };
  }
  return undefined;
}

/**
 * Returns a key that can be sent as it is. AWS's variables hold parts of a signing credential; only Bedrock's own token
 * qualifies.
 */
export function plainKeyFrom(provider: Provider, env: Environment): string | undefined {
  return provider.auth === 'aws-sigv4'
    ? variableValue(env, 'AWS_BEARER_TOKEN_BEDROCK')
    : keyFrom(provider, env)?.value;
}

/** Returns the AWS access settings of the config; the rest comes from AWS's credential chain. */
export function awsAccess(entry: Partial<ProviderConfig>, env: Environment): AwsAccess {
  const region = entry.region || withRegion(env).AWS_REGION;
  return {
    ...(region && { region }),
    ...(entry.accessKeyId && { accessKeyId: entry.accessKeyId }),
    ...(entry.secretAccessKey && { secretAccessKey: new Secret(entry.secretAccessKey) }),
    ...(entry.sessionToken && { sessionToken: new Secret(entry.sessionToken) }),
  };
}
