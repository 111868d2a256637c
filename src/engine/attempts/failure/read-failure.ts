import type { Dialect } from '../../../core/wire/dialect.ts';
import type { ConclaveError } from '../../../core/errors.ts';
import type { IncomingReply } from '../../../core/wire/transport.ts';
import { readErrorBody } from './read-error-body.ts';
import { keyRefused } from './key-refused.ts';
import { atUnknownPath, redirected, type Origin } from './wrong-address.ts';

/** Reads the error of a failed reply, in the provider's own wording. */
export async function readFailure(
  dialect: Dialect,
  reply: IncomingReply,
  origin: Origin,
): Promise<ConclaveError> {
  if (reply.status < 400) {
    await readErrorBody(reply);
    return redirected(reply, origin);
  }
  const body = await readErrorBody(reply);
  const error = dialect.readError({
    status: reply.status,
    headers: reply.headers,
    body,
    provider: origin.deployment.provider.id,
  });
  if (error.hint === 'no-such-path') return atUnknownPath(error, origin);
  return error.code === 'provider_auth' ? keyRefused(error, origin) : error;
}
