import type { ConclaveError } from '../../../core/errors.ts';
import type { Deployment } from '../../../core/deployment.ts';
import { addressHider, hideAddresses } from './hide-addresses.ts';
import { credentialHider, hideCredentials } from './hide-credentials.ts';

/** Removes credentials from a provider's error, and addresses unless the reader is the operator. */
export function hideFromCaller(error: ConclaveError, deployment: Deployment): ConclaveError {
  return hideAddresses(hideCredentials(error, deployment), deployment);
}

/** The same for warnings, which may quote an error that a provider sent behind a whole answer. */
export function hideInWarnings(warnings: readonly string[], deployment: Deployment): readonly string[] {
  if (warnings.length === 0) return warnings;
  const hideCredential = credentialHider(deployment);
  const hideAddress = addressHider(deployment);
  return warnings.map((warning) => hideAddress(hideCredential(warning)));
}
