import { hash } from 'node:crypto';
import type { Deployment } from '../deployment.ts';

/** All that a deployment's address consists of, each part the same object for every call. */
type Place = Pick<Deployment, 'provider' | 'endpoints' | 'aws' | 'headers'>;

const known = new WeakMap<Deployment, string>();

/** A call with its caller's own key makes deployments of its own, at places that are the same for every such call. */
const latestAt = new WeakMap<Deployment['endpoints'], Place & { readonly key: string }>();

/**
 * Identifies where the requests of a deployment go, and what they carry besides its key: equal for deployments that
 * share all of that. Contains no secret.
 */
export function addressKey(deployment: Deployment): string {
  const { provider, endpoints, aws, headers } = deployment;
  const latest = latestAt.get(endpoints);
  // Before the other memory: its entries for a call's own deployments would be of no use to any other call.
  if (latest?.provider === provider && latest.aws === aws && latest.headers === headers) return latest.key;
  const key = known.get(deployment) ?? keyOf(deployment);
  known.set(deployment, key);
  latestAt.set(endpoints, { provider, endpoints, aws, headers, key });
  return key;
}

function keyOf({ provider, endpoints, aws, headers }: Place): string {
  const address = JSON.stringify([
    aws?.secretAccessKey?.fingerprint,
    aws?.sessionToken?.fingerprint,
    aws?.region,
    endpoints.map(({ dialect, baseUrl }) => [dialect, baseUrl]),
    // They may contain a credential.
    provider.headers,
    headers,
  ]);
  return hash('sha256', address, 'hex').slice(0, 16);
}
