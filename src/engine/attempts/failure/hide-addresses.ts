import type { ConclaveError } from '../../../core/errors.ts';
import type { Deployment } from '../../../core/deployment.ts';

/**
 * Replaces the provider's address by its name in a provider's error, for clients: the address is for the operator only,
 * and stays in `toOperator`. The provider's own message is searched too, because some quote their address. An error
 * found in a request before the provider saw it is left alone: it quotes the caller, which may include a URL.
 */
export function hideAddresses(error: ConclaveError, deployment: Deployment): ConclaveError {
  const { code, details } = error;
  if (code === 'invalid_request' && details.providerStatus === undefined) return error;
  const message = addressHider(deployment)(error.message);
  if (message === error.message) return error;
  return error.with({ message, toOperator: error.toOperator });
}

/** Returns a function that replaces the address by the name in any text of the provider. */
export function addressHider({ endpoints, provider }: Deployment): (text: string) => string {
  const addresses = endpoints.flatMap(({ baseUrl }) => addressesOf(baseUrl));
  return (text) => addresses.reduce((rest, address) => rest.replaceAll(address, provider.id), text);
}

/** Longest first. A host without a dot or a port may be an ordinary word. */
function addressesOf(baseUrl: string): string[] {
  const url = URL.parse(baseUrl);
  if (!url) return [];
  const { origin, host, hostname } = url;
  return [origin, host, hostname].filter((address) => /[.:]/.test(address));
}
