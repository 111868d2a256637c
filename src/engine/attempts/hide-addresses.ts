import { ConclaveError } from '../../core/errors.ts';
import type { Deployment } from '../../core/provider.ts';

/**
 * A provider's error with the provider's name in the place of its address, as clients may read it: where it stands is
 * the operator's to know, and stays in `toOperator`. Its own words are searched too, because some quote where they run.
 * What is wrong with a request before its provider has seen it is said in the caller's own words, which may be a URL.
 */
export function hideAddresses(error: ConclaveError, { endpoints, provider }: Deployment): ConclaveError {
  const { code, details } = error;
  if (code === 'invalid_request' && details.providerStatus === undefined) return error;
  const addresses = endpoints.flatMap(({ baseUrl }) => addressesOf(baseUrl));
  const message = addresses.reduce((text, address) => text.replaceAll(address, provider.id), error.message);
  if (message === error.message) return error;
  const { toOperator, status } = error;
  return new ConclaveError(error.code, message, { ...error.details, status, toOperator });
}

/** The longest first. A host without a dot or a port may be a word like any other. */
function addressesOf(baseUrl: string): string[] {
  const url = URL.parse(baseUrl);
  if (!url) return [];
  const { origin, host, hostname } = url;
  return [origin, host, hostname].filter((address) => /[.:]/.test(address));
}
