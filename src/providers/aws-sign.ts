import type { Environment } from '../core/system/environment.ts';
import { ConclaveError } from '../core/errors.ts';
import type { AwsAccess } from '../core/credential.ts';
import { wholeBody, type OutgoingBody } from '../core/wire/transport.ts';
import { type AwsCredentials, awsCredentials } from './aws-credentials.ts';

/** A request to an AWS service before it is signed. */
export type SignableRequest = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: OutgoingBody;
};

/**
 * Returns the headers of a request to Bedrock with a Signature Version 4.
 * @throws ConclaveError `provider_auth` if neither `access` nor AWS's credential chain has a credential.
 */
export type SignAws = (request: SignableRequest, access: AwsAccess) => Promise<Record<string, string>>;

/** How many derived signing keys are cached: one for each credential, region and day. */
const maxSigningKeys = 100;

/** Signs with the credentials of one environment. */
export function awsSigner(env: Environment): SignAws {
  const chain = awsCredentials(env);
  const signingKeys = new Map<string, ArrayBuffer>();

  return async ({ url, headers, body }, access) => {
    const { AwsV4Signer } = await import('aws4fetch');
    // Rotating credentials leave keys that are never used again.
    if (signingKeys.size > maxSigningKeys) signingKeys.clear();
    const signer = new AwsV4Signer({
      method: 'POST',
      url,
      headers: { ...headers },
      body: wholeBody(body),
      service: 'bedrock',
      region: access.region ?? regionOf(url),
      cache: signingKeys,
      ...(configured(access) ?? (await chain())),
    });
    const signed = await signer.sign();
    return Object.fromEntries(signed.headers);
  };
}

/** Returns the region in an address such as `bedrock-runtime.eu-central-1.amazonaws.com`. */
function regionOf(url: string): string {
  const found = /\.([a-z]{2}(?:-[a-z]+)+-\d)\./.exec(new URL(url).hostname)?.[1];
  if (found) return found;
  throw new ConclaveError('configuration', `${url} does not say its AWS region; set region: or AWS_REGION.`);
}

function configured({ accessKeyId, secretAccessKey, sessionToken }: AwsAccess): AwsCredentials | undefined {
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return {
    accessKeyId,
    secretAccessKey: secretAccessKey.reveal(),
    ...(sessionToken && { sessionToken: sessionToken.reveal() }),
  };
}
