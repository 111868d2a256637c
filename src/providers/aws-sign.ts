import { ConclaveError } from '../core/errors.ts';
import type { AwsAccess } from '../core/provider.ts';
import { wholeBody, type OutgoingBody } from '../core/wire/transport.ts';

/** A request to an AWS service before it is signed. */
export type SignableRequest = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: OutgoingBody;
};

type Credentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
};

/**
 * Returns the headers of a request to Bedrock with a Signature Version 4.
 * @throws ConclaveError `provider_auth` if neither `access` nor AWS's credential chain has a credential.
 */
export async function signAws(request: SignableRequest, access: AwsAccess): Promise<Record<string, string>> {
  const { AwsV4Signer } = await import('aws4fetch');
  const { url, body } = request;
  const signer = new AwsV4Signer({
    method: 'POST',
    url,
    headers: { ...request.headers },
    body: wholeBody(body),
    service: 'bedrock',
    region: access.region ?? regionOf(url),
    cache: signingKeys(),
    ...(await credentialsOf(access)),
  });
  const { headers } = await signer.sign();
  return Object.fromEntries(headers);
}

/** Returns the region in an address such as `bedrock-runtime.eu-central-1.amazonaws.com`. */
function regionOf(url: string): string {
  const found = /\.([a-z]{2}(?:-[a-z]+)+-\d)\./.exec(new URL(url).hostname)?.[1];
  if (found) return found;
  throw new ConclaveError('configuration', `${url} does not say its AWS region; set region: or AWS_REGION.`);
}

const derived = new Map<string, ArrayBuffer>();

/**
 * Cache of signing keys, each derived from a credential for one day; cleared before rotating credentials make it large.
 */
function signingKeys(): Map<string, ArrayBuffer> {
  if (derived.size > 100) derived.clear();
  return derived;
}

function credentialsOf(access: AwsAccess): Credentials | Promise<Credentials> {
  const { accessKeyId, secretAccessKey, sessionToken } = access;
  if (accessKeyId === undefined || secretAccessKey === undefined) return credentialsFromChain();
  return {
    accessKeyId,
    secretAccessKey: secretAccessKey.reveal(),
    ...(sessionToken && { sessionToken: sessionToken.reveal() }),
  };
}

let chain: (() => Promise<Credentials>) | undefined;

/**
 * Environment, profile, single sign-on, container or instance role: the chain caches credentials and renews them in
 * time.
 */
async function credentialsFromChain(): Promise<Credentials> {
  if (!chain) {
    const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
    chain ??= defaultProvider();
  }
  try {
    const { accessKeyId, secretAccessKey, sessionToken } = await chain();
    return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
  } catch (cause) {
    const message =
      'AWS has no credential for Bedrock; set AWS_PROFILE or AWS_ACCESS_KEY_ID, or log in with aws sso login.';
    throw new ConclaveError('provider_auth', message, { cause });
  }
}
