import { ConclaveError } from '../../core/errors.ts';
import type { Origin } from './wrong-address.ts';

/**
 * Says whose key a provider has refused: a client that reads "401" would look at its own key for Conclave. The operator
 * also learns where that key may stand.
 */
export function keyRefused(error: ConclaveError, { deployment: { payer, provider } }: Origin): ConclaveError {
  if (payer === 'caller') return error;
  const { code, message, status, details, cause } = error;
  const places = [`providers.${provider.id}.apiKey`, ...provider.keyVariables.slice(0, 1)].join(' or ');
  const whose = `${message}; the key refused is Conclave's for ${provider.id}`;
  return new ConclaveError(code, whose, {
    ...details,
    status,
    cause,
    toOperator: `${error.toOperator}; correct it, for example in ${places}, and check it with "conclave doctor"`,
  });
}
