import type { Deployment } from '../core/deployment.ts';
import type { AuthScheme } from '../core/provider.ts';
import type { Environment } from '../core/system/environment.ts';
import { awsSigner, type SignableRequest } from './aws-sign.ts';

/** `auth` is the endpoint's auth scheme, if it differs from the provider's. */
export type UnauthorizedRequest = SignableRequest & { readonly auth?: AuthScheme };

/**
 * Returns the headers of a request with its deployment's credential. The credential only goes to the deployment's own
 * address, because the request was addressed there before it got here.
 * @throws ConclaveError `provider_auth` if a signature is needed and there is no credential to sign with.
 */
export type Authorize = (
  request: UnauthorizedRequest,
  deployment: Pick<Deployment, 'provider' | 'credential' | 'aws'>,
) => Promise<Record<string, string>>;

/** Adds credentials; those that the configuration leaves to AWS's credential chain come from `env`. */
export function authorizer(env: Environment): Authorize {
  const signAws = awsSigner(env);
  return async (request, { provider, credential, aws }) => {
    const scheme = request.auth ?? provider.auth;
    const secret = credential?.secret.reveal();
    if (scheme === 'aws-sigv4' && secret === undefined && aws) return signAws(request, aws);
    // A server at the user's own address may need no key.
    if (scheme === 'none' || secret === undefined) return { ...request.headers };
    // Bedrock accepts its own API keys as bearer tokens.
    if (scheme === 'bearer' || scheme === 'aws-sigv4') {
      return { ...request.headers, authorization: `Bearer ${secret}` };
    }
    return { ...request.headers, [scheme]: secret };
  };
}
