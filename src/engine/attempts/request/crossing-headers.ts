import type { Call } from '../../../core/call.ts';
import { hash } from 'node:crypto';
import { betaHeaders, sessionHeaders } from '../../../core/wire/client-headers.ts';
import { ConclaveError } from '../../../core/errors.ts';
import { matchesAny } from '../../../core/names/matches-pattern.ts';
import type { Provider } from '../../../core/provider.ts';

export type CrossingHeaders = {
  readonly headers: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
};

type Asked = Pick<Call, 'raw' | 'strict' | 'sessionId' | 'principal' | 'request'>;

/**
 * The headers that go to a provider because of the client's: the client's own only to a provider of its dialect, only
 * betas that it accepts, and the name of the conversation only where it is looked for. What is left out is named in a
 * warning.
 * @throws ConclaveError `unsupported` instead, if the caller is strict.
 */
export function crossingHeaders(
  call: Asked,
  { relayed, provider }: { readonly relayed: boolean; readonly provider: Provider },
): CrossingHeaders {
  const { raw, strict } = call;
  const headers: Record<string, string> = sessionHeader(call, provider);
  if (!raw) return { headers, warnings: [] };
  const warnings: string[] = [];
  for (const [name, value] of Object.entries(raw.headers)) {
    if (sessionHeaders.some((session) => session === name)) {
      if (name !== provider.quirks.sessionHeader)
        warnings.push(`"${name}" was left out: ${provider.id} does not accept it.`);
      continue;
    }
    if (!betaHeaders.some((beta) => beta === name)) {
      if (relayed) headers[name] = value;
      continue;
    }
    const wanted = value
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean);
    const taken = relayed ? wanted.filter((item) => takes(provider, item)) : [];
    if (taken.length > 0) headers[name] = taken.length === wanted.length ? value : taken.join(',');
    const left = wanted.filter((item) => !taken.includes(item));
    if (left.length > 0)
      warnings.push(`"${name}: ${left.join(', ')}" was left out: ${provider.id} does not accept it.`);
  }
  if (strict && warnings.length > 0) {
    throw new ConclaveError('unsupported', warnings.join(' '), { param: 'headers' });
  }
  return { headers, warnings };
}

/** Returns the provider's header for the conversation: as the client set it, otherwise a hash of the client's name for it. */
function sessionHeader(
  { raw, sessionId, principal, request }: Asked,
  { quirks }: Provider,
): Record<string, string> {
  const { sessionHeader: name } = quirks;
  if (name === undefined) return {};
  const given = raw?.headers[name];
  if (given !== undefined) return { [name]: given };
  const session = sessionId ?? request.cacheKey ?? request.session;
  return session === undefined ? {} : { [name]: hash('sha256', `${principal.keyId} ${session}`, 'hex') };
}

function takes({ quirks }: Provider, beta: string): boolean {
  return quirks.betas === undefined || matchesAny(beta, quirks.betas);
}
