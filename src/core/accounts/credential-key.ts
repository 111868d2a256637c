import type { Deployment } from '../deployment.ts';

/**
 * Identifies the account of a deployment: equal for all deployments that share a credential, so that a dead key is
 * benched once for all of them. Contains no secret.
 */
export function credentialKey({
  id,
  provider,
  credential,
  aws,
}: Pick<Deployment, 'id' | 'provider' | 'credential' | 'aws'>): string {
  if (credential) return `${provider.id} ${credential.secret.fingerprint}`;
  if (aws) return `${provider.id} ${aws.accessKeyId ?? 'chain'}`;
  return `${provider.id} ${id}`;
}
