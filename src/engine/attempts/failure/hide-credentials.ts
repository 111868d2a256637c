import type { ConclaveError } from '../../../core/errors.ts';
import type { Deployment } from '../../../core/deployment.ts';
import { configuredCredentials } from './configured-credentials.ts';

/**
 * Removes from a provider's error the credentials that were sent to it: some providers quote the request they refuse,
 * and the message goes to clients, into the ledger and onto the page.
 */
export function hideCredentials(error: ConclaveError, deployment: Deployment): ConclaveError {
  const { param, toOperator, openAiCode } = error.details;
  const hide = credentialHider(deployment);
  const texts = [error.message, toOperator, param, openAiCode];
  if (texts.every((text) => text === undefined || hide(text) === text)) return error;
  return error.with({
    message: hide(error.message),
    ...(param !== undefined && { param: hide(param) }),
    ...(openAiCode !== undefined && { openAiCode: hide(openAiCode) }),
    ...(toOperator !== undefined && { toOperator: hide(toOperator) }),
  });
}

/** Returns a function that removes these credentials from any text of the provider. */
export function credentialHider(deployment: Deployment): (text: string) => string {
  // The longest first, since one may contain another.
  const secrets = [...new Set(secretsOf(deployment).flatMap(spellingsOf))].toSorted(
    (one, other) => other.length - one.length,
  );
  return (text) =>
    withoutCutSecret(
      secrets.reduce((rest, secret) => rest.replaceAll(secret, '[hidden]'), text),
      secrets,
    );
}

/** Texts are quoted up to some length, so the last word may be the beginning of a secret. */
function withoutCutSecret(text: string, secrets: readonly string[]): string {
  let end = text.length;
  while (end > 0 && behindQuote.includes(text.charAt(end - 1))) end -= 1;
  for (const secret of secrets)
    for (let length = Math.min(secret.length - 1, end); length >= shortestSecret; length -= 1)
      if (text.endsWith(secret.slice(0, length), end))
        return `${text.slice(0, end - length)}[hidden]${text.slice(end)}`;
  return text;
}

/** What our own sentences may have behind a quotation. */
const behindQuote = '".';

/**
 * Returns how an error may quote a secret: unchanged, as a part of a query or a canonical request, of JSON, or of a
 * `Basic` header.
 */
function spellingsOf(secret: string): string[] {
  const percent = encodeURIComponent(secret);
  const base64 = Buffer.from(secret).toString('base64');
  const json = JSON.stringify(secret).slice(1, -1);
  return [
    secret,
    percent,
    percent.replaceAll(/%[\dA-F]{2}/g, (code) => code.toLowerCase()),
    json,
    // As PHP and .NET write JSON.
    json.replaceAll('/', String.raw`\/`),
    json.replaceAll('"', 'u0022').replaceAll('+', String.raw`\u002B`),
    base64,
    base64.replace(/=+$/, ''),
    Buffer.from(secret).toString('base64url'),
  ];
}

/** Shorter values are words that may occur in a message by chance. */
const shortestSecret = 8;

function secretsOf({ credential, aws, provider, headers }: Deployment): string[] {
  const secrets = [credential?.secret, aws?.secretAccessKey, aws?.sessionToken].flatMap(
    (secret) => secret?.reveal() ?? [],
  );
  // A configured header may hold a key as well; hiding a harmless one does no harm.
  const configured = [provider.headers, headers]
    .flatMap((all) => Object.values(all ?? {}))
    .map((value) => value.trim());
  const sent = [...configured, ...configuredCredentials(provider.quirks.extraBody)];
  return [...secrets, ...sent, ...sent.flatMap(withoutScheme)].filter(
    (secret) => secret.length >= shortestSecret,
  );
}

/** Providers quote the token of `Bearer <token>`, not the scheme, and of `Basic` what it encodes. */
function withoutScheme(value: string): string[] {
  const [, scheme = '', token = ''] = /^(bearer|basic|token|key|api[-_ ]?key)\s+(\S+)$/i.exec(value) ?? [];
  if (scheme.toLowerCase() !== 'basic') return [token];
  const decoded = Buffer.from(token, 'base64').toString();
  const [user = '', ...password] = decoded.split(':');
  // Some providers take the key as the user, without a password.
  return [token, decoded, password.join(':') || user];
}
