import type { Environment } from '../../core/system/environment.ts';
import { Secret } from '../../core/credential.ts';
import type { Provider } from '../../core/provider.ts';
import type { Config } from '../schema/config-schema.ts';
import { filledEndpoints } from '../addresses/filled-endpoints.ts';
import { awsAccess, keyFrom } from './keys-from.ts';
import { configuredProvider } from './configured-provider.ts';
import { describedProvider } from './described-provider.ts';
import { localProviders } from './local-providers.ts';
import type { FoundProvider, ReplacedProvider } from './found-provider.ts';
import type { ModelDetails } from './model-details.ts';
import { simulatedProviders } from './simulated-providers.ts';

export type DiscoveryOptions = {
  readonly config: Config;
  /** A config file was read. */
  readonly configured: boolean;
  readonly env: Environment;
  readonly known: readonly Provider[];
  /** Probes local servers. */
  readonly details: ModelDetails;
  /** Default: only if there is neither a config file nor a key. */
  readonly simulate?: boolean;
  /** Answers come from recordings: every built-in provider is available without a key. */
  readonly replay: boolean;
  /** Starts the simulator, or finds the running one, and returns its URL. */
  readonly simulator: () => Promise<string>;
};

/**
 * Finds every available provider: from the config, then keys in the environment, then local servers and, if there is
 * neither a config file nor a key, the simulator. With `simulate`, the simulator replaces all of them, including those
 * with their own addresses and keys: nothing leaves the machine and nothing costs money. With `simulate: false` it
 * replaces none.
 * @throws ConclaveError `configuration` if a provider of the config cannot work.
 */
export async function discoverProviders(options: DiscoveryOptions): Promise<FoundProvider[]> {
  if (options.replay) return replayedProviders(options);
  if (options.simulate) return await simulatedProviders(describedProviders(options), options.simulator);
  const fromConfig = Object.entries(options.config.providers).map(([id, entry]) =>
    configuredProvider(id, entry, options),
  );
  const named = new Set(fromConfig.map(({ provider }) => provider.id));
  const others = options.known.filter(({ id }) => !named.has(id));

  const fromEnvironment = others.flatMap((provider) => environmentProvider(provider, options.env));
  const onlyChoice = fromEnvironment.length === 0 && fromConfig.every(({ provider }) => provider.local);
  const local = await localProviders(fromConfig, others, options, { onlyChoice });
  const found = [...fromConfig.filter((entry) => !local.some(sameAs(entry))), ...fromEnvironment, ...local];
  if (options.simulate === false || options.configured || fromEnvironment.length > 0) return found;
  const absent = others.filter(({ id }) => !local.some(({ provider }) => provider.id === id));
  const simulated = await simulatedProviders(
    absent.map((provider) => ({ provider })),
    options.simulator,
  );
  return [...found, ...simulated];
}

function replayedProviders(options: DiscoveryOptions): FoundProvider[] {
  return describedProviders(options).map((described) => ({
    ...described,
    secret: new Secret('replayed'),
    source: 'replay',
    detail: 'recordings',
  }));
}

/** Returns every built-in or configured provider, available or not, in its region: data policies apply to stand-ins, too. */
function describedProviders({ config, known, env }: DiscoveryOptions): ReplacedProvider[] {
  const named = Object.entries(config.providers).map(([id, entry]) =>
    inRegion(describedProvider(id, entry, known), entry.region, env),
  );
  const others = known.filter(({ id }) => !(id in config.providers));
  return [...named, ...others.map((provider) => inRegion(provider, undefined, env))];
}

function inRegion(provider: Provider, configured: string | undefined, env: Environment): ReplacedProvider {
  const region = configured ?? (provider.auth === 'aws-sigv4' ? awsAccess({}, env).region : undefined);
  return { provider, ...(region && { region }) };
}

function sameAs(entry: FoundProvider) {
  return ({ provider }: FoundProvider) => provider.id === entry.provider.id;
}

function environmentProvider(provider: Provider, env: Environment): FoundProvider[] {
  const key = keyFrom(provider, env);
  const dialects = filledEndpoints(provider, env);
  if (!key || provider.keyIsShared || dialects.length === 0) return [];
  const aws = provider.auth === 'aws-sigv4' ? awsAccess({}, env) : undefined;
  return [
    {
      provider: { ...provider, dialects },
      source: 'environment',
      detail: key.variable,
      ...(aws ? { aws } : { secret: new Secret(key.value) }),
    },
  ];
}
