import type { IncomingHttpHeaders } from 'node:http';
import { ConclaveError } from '../../core/errors.ts';
import { didYouMean } from '../../core/names/did-you-mean.ts';
import { Secret } from '../../core/credential.ts';
import type { ProviderNames } from '../../core/routing/preferences/provider-preferences.ts';

const header = 'x-conclave-provider-key';
const maxKeys = 8;

/**
 * Reads `x-conclave-provider-key: openai=sk-…, anthropic=sk-ant-…`: the caller's own keys, for providers for which the
 * config allows it. Error messages contain no key.
 * @throws ConclaveError `invalid_request`, or `permission` if the config does not allow it.
 */
export function callerKeys(
  headers: IncomingHttpHeaders,
  { callerKeys: allowed, ids: known }: Pick<ProviderNames, 'callerKeys' | 'ids'>,
): ReadonlyMap<string, Secret> | undefined {
  const written = headers[header];
  if (written === undefined) return undefined;
  const pairs = (typeof written === 'string' ? written : written.join(',')).split(',');
  if (pairs.length > maxKeys) throw refusal(`takes at most ${maxKeys} keys.`);
  return new Map(pairs.map((pair) => keyOf(pair.trim(), allowed, known)));
}

function keyOf(pair: string, allowed: ReadonlySet<string>, known: ReadonlySet<string>): [string, Secret] {
  const split = pair.indexOf('=');
  const provider = pair.slice(0, Math.max(0, split)).trim();
  const secret = pair.slice(split + 1).trim();
  // Text without a provider name may be a key, so the error does not repeat it.
  if (split < 1 || secret === '' || /\s/.test(secret)) {
    throw refusal('is written provider=key, several with commas between them.');
  }
  if (allowed.has(provider)) return [provider, new Secret(secret)];
  if (known.has(provider)) {
    throw new ConclaveError(
      'permission',
      `Header ${header}: callers' own keys are not accepted for ${provider}; the operator allows them with providers.${provider}.callerKeys.`,
      { param: header },
    );
  }
  const hint = didYouMean(provider, known, { otherwise: `allowed: ${[...allowed].join(', ') || 'none'}` });
  throw refusal(`there is no provider with that name; ${hint}`);
}

function refusal(problem: string): ConclaveError {
  return new ConclaveError('invalid_request', `Header ${header}: ${problem}`, { param: header });
}
