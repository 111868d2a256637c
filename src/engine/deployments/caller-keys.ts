import { ConclaveError } from '../../core/errors.ts';
import type { Deployment, Provider, Secret } from '../../core/provider.ts';

/** The callers' own credentials, by provider id. They live as long as their call. */
export type CallerKeys = ReadonlyMap<string, Secret>;

/**
 * Returns the deployments for use with a caller's own credential: one for every address of its provider, without our
 * key, in whatever header, and without the limits that concern our account.
 */
export function atCallersExpense(
  deployments: readonly Deployment[],
  keys: CallerKeys | undefined,
): readonly Deployment[] {
  if (!keys || keys.size === 0) return deployments;
  const addresses = new Set<string>();
  return deployments.flatMap((deployment) => {
    const secret = keys.get(deployment.provider.id);
    if (!secret) return deployment;
    const address = deployment.endpoints.map(({ baseUrl }) => baseUrl).join(' ');
    if (addresses.has(address)) return [];
    addresses.add(address);
    const { aws: _aws, limits: _limits, credential: _ours, ...place } = withoutOurKey(deployment);
    const credential = { secret, label: "the caller's own key" };
    const provider = withoutOurKey(place.provider);
    return {
      ...place,
      provider,
      id: `${deployment.id}@caller`,
      credential,
      payer: 'caller' as const,
    };
  });
}

/** Headers that model APIs read a key from. Others may open a gateway in front of the API, and stay. */
const keyHeaders: ReadonlySet<string> = new Set(['authorization', 'x-api-key', 'api-key', 'x-goog-api-key']);

type WithHeaders = Pick<Provider, 'headers'>;
type Headers = NonNullable<WithHeaders['headers']>;

/** Returns the same object, so that what is remembered of it stays valid, if it has no such header. */
function withoutOurKey<T extends WithHeaders>(place: T): T {
  const headers = headersWithoutKey(place);
  return headers === 'all' ? place : { ...place, headers };
}

const known = new WeakMap<WithHeaders, Headers | 'all'>();

function headersWithoutKey(place: WithHeaders): Headers | 'all' {
  const before = known.get(place);
  if (before) return before;
  const all = Object.entries(place.headers ?? {});
  const others = all.filter(([name]) => !isKeyHeader(name));
  const headers = others.length === all.length ? 'all' : Object.fromEntries(others);
  known.set(place, headers);
  return headers;
}

function isKeyHeader(name: string): boolean {
  return keyHeaders.has(name.toLowerCase());
}

/**
 * Turns a refused key or an empty account of the caller into an error for the caller; it does not affect other callers.
 */
export function asCallersError(error: ConclaveError, { payer, provider }: Deployment): ConclaveError {
  if (payer !== 'caller') return error;
  if (error.code === 'provider_auth') {
    const message = `${provider.id} rejects the key in x-conclave-provider-key.`;
    return new ConclaveError('authentication', message, { cause: error });
  }
  if (error.code !== 'provider_quota' || error.hint === 'model-quota') return error;
  const message = `The account of the key in x-conclave-provider-key has no money left at ${provider.id}.`;
  // The key is valid: a client that reacts to `invalid_api_key` would discard it.
  const openAiCode = 'insufficient_quota';
  return new ConclaveError('authentication', message, { status: 402, openAiCode, cause: error });
}
