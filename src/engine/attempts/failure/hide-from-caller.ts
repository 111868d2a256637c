import type { ConclaveError } from '../../../core/errors.ts';
import type { Deployment } from '../../../core/deployment.ts';
import { addressHider, hideAddresses } from './hide-addresses.ts';
import { credentialHider, hideCredentials } from './hide-credentials.ts';

/** Removes credentials from a provider's error, and addresses unless the reader is the operator. */
export function hideFromCaller(error: ConclaveError, deployment: Deployment): ConclaveError {
  return hideAddresses(hideCredentials(error, deployment), deployment);
}

/** Returns a function that does the same to any text of the provider, such as an error behind a whole answer. */
export function callerHider(deployment: Deployment): (text: string) => string {
  const hideCredential = credentialHider(deployment);
  const hideAddress = addressHider(deployment);
  return (text) => hideAddress(hideCredential(text));
}
