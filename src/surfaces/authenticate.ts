import type { IncomingHttpHeaders } from 'node:http';
import type { App } from '../app.ts';
import type { Principal } from '../core/call.ts';
import { ConclaveError } from '../core/errors.ts';

/**
 * Returns the principal of the request's key.
 * @throws ConclaveError `authentication` if there is no key, or none that is known and valid.
 */
export async function authenticate(
  app: Pick<App, 'keys' | 'server'>,
  headers: IncomingHttpHeaders,
): Promise<Principal> {
  const keys = keysOf(headers);
  if (keys.length === 0) {
    app.server.metrics.unauthenticated('missing');
    throw new ConclaveError(
      'authentication',
      'No key: send "Authorization: Bearer <key>" or "x-api-key: <key>".',
    );
  }
  let refusal: ConclaveError | undefined;
  for (const key of keys) {
    try {
      const principal = await app.keys.ring.authenticate(key);
      if (principal) return principal;
    } catch (error) {
      if (!(error instanceof ConclaveError) || error.code !== 'authentication') throw error;
      refusal ??= error;
    }
  }
  app.server.metrics.unauthenticated(refusal ? 'refused' : 'unknown');
  if (refusal) throw refusal;
  throw new ConclaveError(
    'authentication',
    'This key is unknown here; the local key is in local.key of the data folder.',
  );
}

/** Returns the principal of the admin key. @throws ConclaveError `permission` for every other key. */
export async function authenticateAdmin(
  app: Pick<App, 'keys' | 'server'>,
  headers: IncomingHttpHeaders,
): Promise<Principal> {
  const principal = await authenticate(app, headers);
  if (principal.admin) return principal;
  throw new ConclaveError(
    'permission',
    'This needs the admin key: CONCLAVE_ADMIN_KEY, or admin.key in the data folder.',
  );
}

/** Anthropic's clients send both headers if both keys are in their environment, and one of the two may be outdated. */
function keysOf(headers: IncomingHttpHeaders): string[] {
  const bearer = /^bearer\s+(\S+)\s*$/i.exec(headers.authorization ?? '')?.[1];
  const header = headers['x-api-key'];
  const own = typeof header === 'string' && header !== '' ? header : undefined;
  if (bearer === undefined) return own === undefined ? [] : [own];
  return own === undefined || own === bearer ? [bearer] : [bearer, own];
}
