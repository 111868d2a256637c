import { hash } from 'node:crypto';
import type { DeploymentEntry } from '../schema/config-schema.ts';

/**
 * Returns the name that distinguishes a further deployment from the others of its model: `azure`, `eu-west-1` or, for
 * an address or a key, a hash. It does not depend on the entry's position in the config, so that what is known of the
 * deployment is kept.
 */
export function deploymentName(
  { provider, region, baseUrl, apiKey }: DeploymentEntry,
  modelsProvider: string,
): string {
  const own = baseUrl === undefined && apiKey === undefined ? [] : [fingerprint(`${baseUrl} ${apiKey}`)];
  const other = provider === undefined || provider === modelsProvider ? [] : [provider];
  return [...other, ...(region === undefined ? [] : [region]), ...own].join('-');
}

function fingerprint(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 6);
}
