import type { AuthScheme, Deployment } from '../core/provider.ts';
import { signAws, type SignableRequest } from './aws-sign.ts';

/** `auth` is how the address wants its key, where that is not the provider's own way. */
export type UnauthorizedRequest = SignableRequest & { readonly auth?: AuthScheme };

/**
 * The headers of a request with its deployment's credential among them. The credential goes to the deployment's own
 * address only, because that is where the request was addressed before it got here.
 * @throws ConclaveError `provider_auth` for a signature without a credential to sign with.
 */
export async function authorize(
  request: UnauthorizedRequest,
  { provider, credential, aws }: Deployment,
): Promise<Record<string, string>> {
  const scheme = request.auth ?? provider.auth;
  const secret = credential?.secret.reveal();
  if (scheme === 'aws-sigv4' && secret === undefined && aws) return signAws(request, aws);
  // A server at an address of the user's own may well want no key.
  if (scheme === 'none' || secret === undefined) return { ...request.headers };
  // Bedrock takes an API key of its own as a bearer token.
  if (scheme === 'bearer' || scheme === 'aws-sigv4') {
    return { ...request.headers, authorization: `Bearer ${secret}` };
  }
  return { ...request.headers, [scheme]: secret };
}
