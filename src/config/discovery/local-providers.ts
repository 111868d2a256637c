import { variableValue, type Environment } from '../../core/system/environment.ts';
import type { Provider } from '../../core/provider.ts';
import type { FoundProvider } from './found-provider.ts';
import type { ModelDetails } from './model-details.ts';
import type { Ms } from '../../core/units.ts';
import { bareUrl } from '../addresses/bare-url.ts';
import { readServerHost } from '../addresses/server-host.ts';
import { isOnOwnNetwork } from '../../core/system/addresses.ts';

/** For a server that listens but is busy, if nothing else can answer calls. A port without a server refuses at once. */
const onlyChoiceMs: Ms = 3_000;

/** Returns the local servers that respond, with their model lists and details, all probed in parallel. */
export async function localProviders(
  fromConfig: readonly FoundProvider[],
  others: readonly Provider[],
  { env, details }: { readonly env: Environment; readonly details: ModelDetails },
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

/** Moves a provider to the address in its variable. At a public host it is not local. */
function withHost(provider: Provider, env: Environment): Provider {
  const { hostVariable: variable } = provider;
  const host = variable && variableValue(env, variable);
  if (!host) return provider;
  const dialects = provider.dialects.map((endpoint) => {
    const { pathname, port: usualPort } = new URL(endpoint.baseUrl);
    return { ...endpoint, baseUrl: bareUrl(readServerHost(host, { variable, usualPort }) + pathname) };
  });
  const local = provider.local && dialects.every(({ baseUrl }) => isOnOwnNetwork(baseUrl));
  return { ...provider, dialects, local };
}
