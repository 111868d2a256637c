import type { Dialect } from '../../core/wire/dialect.ts';
import { ConclaveError } from '../../core/errors.ts';
import type { Deployment } from '../../core/provider.ts';
import type { IncomingReply } from '../../core/wire/transport.ts';
import { readErrorBody } from './read-error-body.ts';

/** Reads the error of a failed reply, in the provider's own wording. */
export async function readFailure(
  dialect: Dialect,
  reply: IncomingReply,
  deployment: Deployment,
): Promise<ConclaveError> {
  if (reply.status < 400) {
    await readErrorBody(reply);
    return redirected(reply, deployment);
  }
  const body = await readErrorBody(reply);
  return dialect.readError({
    status: reply.status,
    headers: reply.headers,
    body,
    provider: deployment.provider.id,
  });
}

/** Redirects are never followed: credentials go to the configured address only. */
function redirected({ status, headers }: IncomingReply, { id, provider }: Deployment): ConclaveError {
  const location = String(headers['location'] ?? '')
    .replace(/[?#].*$/s, '')
    .slice(0, 200);
  const where = location === '' ? 'something else' : `a redirect to ${location}`;
  return new ConclaveError(
    'provider_error',
    `${provider.id} answered ${status}, a redirect, which is not followed.`,
    {
      provider: provider.id,
      providerStatus: status,
      toOperator: `${provider.id} answered ${status}, ${where}, which is not followed; correct the base URL of ${id}`,
    },
  );
}
