import { ConclaveError } from '../../core/errors.ts';
import type { Deployment } from '../../core/provider.ts';
import type { Origin } from './wrong-address.ts';

/**
 * Says whose key a provider has refused: a client that reads "401" would look at its own key for Conclave. The operator
 * also learns where that key stands.
 */
export function keyRefused(error: ConclaveError, { deployment }: Origin): ConclaveError {
  if (deployment.payer === 'caller') return error;
  const { code, message, status, details, cause } = error;
  const { whose, remedy } = keyOf(deployment);
  return new ConclaveError(code, `${message}; ${whose}`, {
    ...details,
    status,
    cause,
    toOperator: `${error.toOperator}; ${remedy}, and check it with "conclave doctor"`,
  });
}

function keyOf({ credential, aws, provider: { id } }: Deployment): { whose: string; remedy: string } {
  const whose = `the key refused is Conclave's for ${id}`;
  if (credential) return { whose, remedy: `correct the key of ${credential.label}` };
  if (aws) return { whose, remedy: `correct the AWS credentials of ${id}` };
  return {
    whose: `Conclave has no key for ${id}`,
    remedy: `set providers.${id}.apiKey`,
  };
}
