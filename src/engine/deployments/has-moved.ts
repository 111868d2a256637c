import { credentialKey } from '../../core/credential-key.ts';
import type { Deployment } from '../../core/provider.ts';

/**
 * Whether two configurations of a deployment differ in its credential or its address: what was learned about one does
 * not hold for the other.
 */
export function hasMoved(before: Deployment, after: Deployment): boolean {
  return before !== after && whereAndWho(before) !== whereAndWho(after);
}

function whereAndWho(deployment: Deployment): string {
  const { provider, endpoints, aws, payer, headers } = deployment;
  return JSON.stringify([
    // Every caller has a key of its own.
    payer === 'caller' ? undefined : credentialKey(deployment),
    aws?.secretAccessKey?.fingerprint,
    aws?.sessionToken?.fingerprint,
    aws?.region,
    endpoints.map(({ dialect, baseUrl }) => [dialect, baseUrl]),
    // They may contain a credential.
    provider.headers,
    headers,
  ]);
}
