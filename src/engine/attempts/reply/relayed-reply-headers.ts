import type { IncomingReply } from '../../../core/wire/transport.ts';

/** Headers of a provider's reply that are useful to a client and reveal nothing. */
const meantForClients = /^(?:retry-after|openai-processing-ms|(?:x|anthropic)-ratelimit-.+)$/;

/** Where providers name a request. A client finds Conclave's request id there, so theirs is moved to another header. */
const providersNames: ReadonlySet<string> = new Set(['x-request-id', 'request-id']);
const providersName = 'x-conclave-provider-request-id';

/** Returns the provider's headers that a client gets. */
export function relayedReplyHeaders(reply: IncomingReply): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name in reply.headers) {
    const value = reply.headers[name];
    if (typeof value !== 'string') continue;
    if (meantForClients.test(name)) headers[name] = value;
    else if (providersNames.has(name)) headers[providersName] = value;
  }
  return headers;
}
