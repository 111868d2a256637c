import { addressKey } from './address-key.ts';
import { credentialKey } from './credential-key.ts';
import type { Deployment } from '../deployment.ts';

/**
 * Identifies the account of a deployment at its address: a key that is refused at one address, for example at a wrong
 * one, may be accepted at another. Contains no secret.
 */
export function accountAt(deployment: Deployment): string {
  return `${credentialKey(deployment)} ${addressKey(deployment)}`;
}
