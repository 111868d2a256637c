import { ConclaveError } from '../../core/errors.ts';
import type { Deployment } from '../../core/provider.ts';

/**
 * A provider's error without the credentials that were sent to it: some quote the request they refuse, and its words
 * go to clients, into the ledger and onto the page.
 */
export function hideCredentials(error: ConclaveError, deployment: Deployment): ConclaveError {
  const { param, toOperator } = error.details;
  const secrets = secretsOf(deployment);
  const hide = (text: string) => secrets.reduce((rest, secret) => rest.replaceAll(secret, '[hidden]'), text);
  const message = hide(error.message);
  const texts = [error.message, toOperator, param];
  if (texts.every((text) => text === undefined || hide(text) === text)) return error;
  return new ConclaveError(error.code, message, {
    ...error.details,
    status: error.status,
    ...(param !== undefined && { param: hide(param) }),
    ...(toOperator !== undefined && { toOperator: hide(toOperator) }),
  });
}

/** Shorter values are words that a message may well contain by itself. */
const shortestSecret = 8;

function secretsOf({ credential, aws, provider, headers }: Deployment): string[] {
  const secrets = [credential?.secret, aws?.secretAccessKey, aws?.sessionToken].flatMap(
    (secret) => secret?.reveal() ?? [],
  );
  // A configured header may hold a key as well; that a harmless one is hidden too does no harm.
  return [...secrets, ...Object.values(provider.headers ?? {}), ...Object.values(headers ?? {})].filter(
    (secret) => secret.length >= shortestSecret,
  );
}
