import type { DeploymentEntry } from '../schema/config-schema.ts';

/**
 * Returns whether an entry sets the limits of the provider's own deployment, because it has no key, address or region.
 */
export function describesOwn(
  { provider, apiKey, baseUrl, region }: DeploymentEntry,
  modelsProvider: string | undefined,
): boolean {
  return !apiKey && !baseUrl && !region && (provider === undefined || provider === modelsProvider);
}
