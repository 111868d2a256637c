import type { ConclaveError } from '../../../core/errors.ts';
import type { Deployment } from '../../../core/deployment.ts';
import type { Origin } from './wrong-address.ts';

/**
 * Says whose key a provider has refused: a client that reads "401" would look at its own key for Conclave. The operator
 * also learns where that key stands.
 */
export function keyRefused(error: ConclaveError, { deployment }: Origin): ConclaveError {
  if (deployment.payer === 'caller') return error;
  const { whose, remedy } = keyOf(deployment);
  return error.with({
    message: `${error.message}; ${whose}`,
    toOperator: `${error.toOperator}; ${remedy}, and check it with "conclave doctor"`,
  });
}

function keyOf({ credential, aws, headers, provider }: Deployment): { whose: string; remedy: string } {
  const { id } = provider;
  const whose = `the key refused is Conclave's for ${id}`;
  if (credential) return { whose, remedy: `correct the key of ${credential.label}` };
  if (aws) return { whose, remedy: `correct the AWS credentials of ${id}` };
  const header = Object.keys({ ...provider.headers, ...headers }).find((name) => namesKey.test(name));
  if (header) return { whose, remedy: `correct the header ${header} that is configured for ${id}` };
  return {
    whose: `Conclave has no key for ${id}`,
    remedy: `set providers.${id}.apiKey`,
  };
}

/** Names of headers that providers and gateways in front of them read credentials from. */
const namesKey = /auth|key|token|secret|cookie/i;
