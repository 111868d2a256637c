import { ConclaveError } from '../core/errors.ts';
import type { AuthScheme, Deployment } from '../core/provider.ts';

/**
 * The headers of a request with its deployment's credential among them. The credential goes to the deployment's own
 * address only, because that is where the request was addressed before it got here.
 * @throws ConclaveError `provider_auth` for a scheme that needs a credential where there is none.
 */
export function authorize(
  request: { readonly headers: Readonly<Record<string, string>>; readonly auth?: AuthScheme },
  deployment: Deployment,
): Record<string, string> {
  const { provider, credential } = deployment;
  const secret = credential?.secret.reveal();
  const scheme = request.auth ?? provider.auth;
  // A server at an address of the user's own may well want no key.
  if (scheme === 'none' || secret === undefined) return { ...request.headers };
  switch (scheme) {
    case 'bearer':
      return { ...request.headers, authorization: `Bearer ${secret}` };
    case 'x-api-key':
    case 'x-goog-api-key':
    case 'api-key':
      return { ...request.headers, [scheme]: secret };
    case 'aws-sigv4':
      throw new ConclaveError(
        'provider_auth',
        `${provider.id} signs its requests and cannot take a plain key.`,
      );
  }
}
