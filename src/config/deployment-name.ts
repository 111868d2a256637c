import { hash } from 'node:crypto';
import type { DeploymentEntry } from './schema.ts';

/**
 * What tells a further deployment from the others of its model: `azure`, `eu-west-1`, or, for an address or a key, letters
 * that nobody can turn back into them. The same wherever the entry stands in the config, so that what is known of the
 * deployment stays with it.
 */
export function deploymentName(
  { provider, region, baseUrl, apiKey }: DeploymentEntry,
  modelsProvider: string,
): string {
  const own = baseUrl === undefined && apiKey === undefined ? [] : [fingerprint(`${baseUrl} ${apiKey}`)];
  const seller = provider === undefined || provider === modelsProvider ? [] : [provider];
  return [...seller, ...(region === undefined ? [] : [region]), ...own].join('-');
}

function fingerprint(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 6);
}
