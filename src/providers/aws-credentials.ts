import { variableValue, type Environment } from '../core/system/environment.ts';
import { ConclaveError } from '../core/errors.ts';
import { defined } from '../core/json/defined.ts';

export type AwsCredentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
};

/**
 * Returns AWS's credential chain for an environment: its keys, profile or single sign-on, or else the role of the
 * container or the machine. Found credentials are cached and renewed in time.
 * @throws ConclaveError `provider_auth` when called, if there is no credential.
 */
export function awsCredentials(env: Environment): () => Promise<AwsCredentials> {
  let chain: (() => Promise<AwsCredentials>) | undefined;
  return async () => {
    const own = keysIn(env);
    if (own) return own;
    chain ??= await chainFor(env);
    try {
      const { accessKeyId, secretAccessKey, sessionToken } = await chain();
      return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
    } catch (cause) {
      const message =
        'AWS has no credential for Bedrock; set AWS_PROFILE or AWS_ACCESS_KEY_ID, or log in with aws sso login.';
      throw new ConclaveError('provider_auth', message, { cause });
    }
  };
}

/** As in AWS's own chain, a profile comes before keys. */
function keysIn(env: Environment): AwsCredentials | undefined {
  const accessKeyId = variableValue(env, 'AWS_ACCESS_KEY_ID');
  const secretAccessKey = variableValue(env, 'AWS_SECRET_ACCESS_KEY');
  const sessionToken = variableValue(env, 'AWS_SESSION_TOKEN');
  const hasProfile = variableValue(env, 'AWS_PROFILE') !== undefined;
  if (hasProfile || accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
}

async function chainFor(env: Environment): Promise<() => Promise<AwsCredentials>> {
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
  return defaultProvider(
    defined({
      // Always named: without a profile, the chain takes keys from the variables of the process.
      profile: variableValue(env, 'AWS_PROFILE') ?? 'default',
      filepath: variableValue(env, 'AWS_SHARED_CREDENTIALS_FILE'),
      configFilepath: variableValue(env, 'AWS_CONFIG_FILE'),
      webIdentityTokenFile: variableValue(env, 'AWS_WEB_IDENTITY_TOKEN_FILE'),
      roleArn: variableValue(env, 'AWS_ROLE_ARN'),
      roleSessionName: variableValue(env, 'AWS_ROLE_SESSION_NAME'),
      // It would warn on the console that the process has keys beside the profile.
      logger: silent,
    }),
  );
}

const ignore = () => {};
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };
