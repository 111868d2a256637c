import type { ConclaveError } from '../../core/errors.ts';
import type { Deployment } from '../../core/provider.ts';
import { hideAddresses } from './hide-addresses.ts';
import { hideCredentials } from './hide-credentials.ts';

/** A provider's error without what is nobody's business: credentials at all, addresses for whoever is not the operator. */
export function hideFromCaller(error: ConclaveError, deployment: Deployment): ConclaveError {
  return hideAddresses(hideCredentials(error, deployment), deployment);
}
