import type { Call } from '../../core/call.ts';
import { betaHeaders } from '../../core/wire/client-headers.ts';
import { ConclaveError } from '../../core/errors.ts';
import { matchesAny } from '../../core/names/matches-pattern.ts';
import type { Provider } from '../../core/provider.ts';

export type CrossingHeaders = {
  readonly headers: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
};

const none: CrossingHeaders = { headers: {}, warnings: [] };

/**
 * The client's headers that are forwarded to a provider: only to one of the client's dialect, and only betas that it
 * accepts. What is left out is named in a warning.
 * @throws ConclaveError `unsupported` instead, if the caller is strict.
 */
export function crossingHeaders(
  { raw, strict }: Pick<Call, 'raw' | 'strict'>,
  { relayed, provider }: { readonly relayed: boolean; readonly provider: Provider },
): CrossingHeaders {
  if (!raw) return none;
  const headers: Record<string, string> = {};
  const warnings: string[] = [];
  for (const [name, value] of Object.entries(raw.headers)) {
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

function takes({ quirks }: Provider, beta: string): boolean {
  return quirks.betas === undefined || matchesAny(beta, quirks.betas);
}
