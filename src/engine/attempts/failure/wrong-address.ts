import { ConclaveError } from '../../../core/errors.ts';
import type { Deployment } from '../../../core/deployment.ts';
import type { IncomingReply } from '../../../core/wire/transport.ts';
import { peekedBody } from '../reply/peeked-body.ts';

/** A request and its deployment: where a reply came from. */
export type Origin = { readonly deployment: Deployment; readonly url: string };

/** Redirects are never followed: credentials go to the configured address only. */
export function redirected(
  { status, headers }: Pick<IncomingReply, 'status' | 'headers'>,
  { deployment: { id, provider } }: Origin,
): ConclaveError {
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

/**
 * Returns the reply, unless it is a page for a browser, as the front of a proxy or of a chat interface sends for every
 * path. Some servers label JSON as a page, so its first characters decide.
 * @throws ConclaveError `provider_invalid_reply` for a page
 */
export async function exceptPages(reply: IncomingReply, origin: Origin): Promise<IncomingReply> {
  if (!String(reply.headers['content-type'] ?? '').startsWith('text/html')) return reply;
  const { start, body } = await peekedBody(reply.body);
  if (!start.startsWith('<')) return { ...reply, body };
  for await (const _ of body) break;
  throw answeredWithPage(reply, origin);
}

function answeredWithPage({ status }: Pick<IncomingReply, 'status'>, origin: Origin): ConclaveError {
  const { id } = origin.deployment.provider;
  const message = `${id} answered with a web page, which no API does.`;
  return new ConclaveError('provider_invalid_reply', message, {
    provider: id,
    providerStatus: status,
    hint: 'web-page',
    toOperator: `${atUrl(origin)} is a web page, not an API; ${remedy(origin)}`,
  });
}

/** Adds the address to an error that says only that the path is unknown: the base URL is then often incomplete. */
export function atUnknownPath(error: ConclaveError, origin: Origin): ConclaveError {
  const toOperator = `${error.toOperator}: there is nothing at ${atUrl(origin)}; ${remedy(origin)}`;
  return error.with({ toOperator });
}

/** Without the query, which may contain a key. */
function atUrl({ url }: Origin): string {
  return url.replace(/[?#].*$/s, '').slice(0, 200);
}

function remedy({ deployment: { id, endpoints } }: Origin): string {
  const likeOpenAi = endpoints.some(({ dialect }) => dialect.startsWith('openai-'));
  const usual = likeOpenAi ? " (OpenAI's and most servers like it end in /v1)" : '';
  return `correct the base URL of ${id}${usual}`;
}
