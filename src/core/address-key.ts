import { hash } from 'node:crypto';
import type { Deployment } from './provider.ts';

const known = new WeakMap<Deployment, string>();

/**
 * Identifies where the requests of a deployment go, and what they carry besides its key: equal for deployments that
 * share all of that. Contains no secret.
 */
export function addressKey(deployment: Deployment): string {
  const before = known.get(deployment);
  if (before !== undefined) return before;
  const { provider, endpoints, aws, headers } = deployment;
  const address = JSON.stringify([
    aws?.secretAccessKey?.fingerprint,
    aws?.sessionToken?.fingerprint,
    aws?.region,
    endpoints.map(({ dialect, baseUrl }) => [dialect, baseUrl]),
    // They may contain a credential.
    provider.headers,
    headers,
  ]);
  const key = hash('sha256', address, 'hex').slice(0, 16);
  known.set(deployment, key);
  return key;
}
