import type { ConclaveError } from '../../../core/errors.ts';
import type { Deployment } from '../../../core/deployment.ts';
import { hideAddresses } from './hide-addresses.ts';
import { hideCredentials } from './hide-credentials.ts';

/** Removes credentials from a provider's error, and addresses unless the reader is the operator. */
export function hideFromCaller(error: ConclaveError, deployment: Deployment): ConclaveError {
  return hideAddresses(hideCredentials(error, deployment), deployment);
}
