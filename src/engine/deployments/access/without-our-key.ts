import type { Deployment } from '../../../core/deployment.ts';
import type { Provider } from '../../../core/provider.ts';

type Headers = Readonly<Record<string, string>>;

/** Headers that model APIs read a key from. Others may open a gateway in front of the API, and stay. */
const keyHeaders: ReadonlySet<string> = new Set(['authorization', 'x-api-key', 'api-key', 'x-goog-api-key']);

const known = new WeakMap<Provider, Provider>();

/**
 * Returns a provider without a key of ours in its configured headers. It is the same object every time, because what is
 * computed of a provider is remembered by its object.
 */
export function withoutOurKey(provider: Provider): Provider {
  const before = known.get(provider);
  if (before) return before;
  const { headers } = provider;
  const found = headers && holdsKey(headers) ? { ...provider, headers: otherHeaders(headers) } : provider;
  known.set(provider, found);
  return found;
}

/** Returns a deployment's own headers without a key of ours. */
export function headersWithoutKey({ headers }: Pick<Deployment, 'headers'>): Pick<Deployment, 'headers'> {
  return headers && holdsKey(headers) ? { headers: otherHeaders(headers) } : {};
}

function holdsKey(headers: Headers): boolean {
  return Object.keys(headers).some(isKeyHeader);
}

function otherHeaders(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !isKeyHeader(name)));
}

function isKeyHeader(name: string): boolean {
  return keyHeaders.has(name.toLowerCase());
}
