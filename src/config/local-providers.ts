import { variableValue, type Environment } from '../core/environment.ts';
import type { Provider } from '../core/provider.ts';
import type { DiscoveryOptions, FoundProvider } from './discover-providers.ts';
import type { Ms } from '../core/units.ts';
import { bareUrl } from './bare-url.ts';
import { isOnOwnNetwork } from '../core/addresses.ts';

/** For a server that listens but is busy, if nothing else can answer calls. A port without a server refuses at once. */
const onlyChoiceMs: Ms = 3_000;

/** Returns the local servers that respond, with their model lists and details, all probed in parallel. */
export async function localProviders(
  fromConfig: readonly FoundProvider[],
  others: readonly Provider[],
  { env, details }: DiscoveryOptions,
  { onlyChoice }: { readonly onlyChoice: boolean },
): Promise<FoundProvider[]> {
  const unasked: FoundProvider[] = others
    .filter(({ probed }) => probed === true)
    .map((provider) => withHost(provider, env))
    .map((provider) => ({ provider, source: 'local', detail: provider.dialects[0]?.baseUrl ?? '' }));
  const asked = [...fromConfig.filter(({ provider }) => provider.local), ...unasked];
  const answers = await Promise.all(
    asked.map(async (entry) => {
      const seen = await details.look(entry.provider, onlyChoice ? { listMs: onlyChoiceMs } : {});
      return seen && { ...entry, ...seen };
    }),
  );
  return answers.filter((entry) => entry !== undefined);
}

/**
 * Moves a provider to the host, `host:port` or URL in its variable, in the format that Ollama itself reads. At a public
 * host it is not local.
 */
function withHost(provider: Provider, env: Environment): Provider {
  const host = provider.hostVariable && variableValue(env, provider.hostVariable);
  if (!host) return provider;
  const url = new URL(host.includes('://') ? host : `http://${host}`);
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
  const dialects = provider.dialects.map((endpoint) => {
    const { pathname: path, port } = new URL(endpoint.baseUrl);
    if (!url.port && !host.includes('://')) url.port = port;
    return { ...endpoint, baseUrl: bareUrl(`${url.origin}${path}`) };
  });
  return { ...provider, dialects, local: provider.local && isOnOwnNetwork(url.origin) };
}
