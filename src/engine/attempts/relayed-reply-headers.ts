import type { IncomingReply } from '../../core/wire/transport.ts';

/** Headers of a provider's reply that mean something to a client and give nothing away. */
const meantForClients = /^(?:retry-after|openai-processing-ms|(?:x|anthropic)-ratelimit-.+)$/;

/** Where providers name a request. A client looks there for the name that it has here, so theirs goes on elsewhere. */
const providersNames: ReadonlySet<string> = new Set(['x-request-id', 'request-id']);
const providersName = 'x-conclave-provider-request-id';

/** What of a provider's headers a client gets. */
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
