import type { JsonValue } from '../core/json/json.ts';
import { Secret, type AwsAccess, type Provider } from '../core/provider.ts';
import type { Config } from './schema.ts';
import { filledEndpoints } from './filled-endpoints.ts';
import { awsAccess, keyFrom } from './keys-from.ts';
import { configuredProvider, overridden, ownProvider } from './configured-provider.ts';
import { localProviders } from './local-providers.ts';
import type { ModelDetails, ShownModels } from './model-details.ts';
import { simulatedProviders } from './simulated-providers.ts';

/** A provider that can be used, and how it came to be known. */
export type FoundProvider = {
  readonly provider: Provider;
  readonly secret?: Secret;
  readonly aws?: AwsAccess;
  /** Where it runs, as the config says. */
  readonly region?: string;
  readonly source: 'config' | 'environment' | 'local' | 'simulated' | 'replay';
  /** For people: the variable or the address. */
  readonly detail: string;
  /** What a local server answered when asked for its models. */
  readonly listing?: JsonValue;
  /** What it told of single models, by name, where it tells. */
  readonly shown?: ShownModels;
};

/** Variables, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

export type DiscoveryOptions = {
  readonly config: Config;
  /** A config file was read. */
  readonly configured: boolean;
  readonly env: Environment;
  readonly known: readonly Provider[];
  /** Looks at local servers. */
  readonly details: ModelDetails;
  readonly simulate: boolean;
  /** Answers come from recordings: every built-in provider is there, and none needs a key. */
  readonly replay: boolean;
  /** Starts the simulator, or finds the running one, and returns its URL. */
  readonly simulator: () => Promise<string>;
};

/**
 * Every provider that can be used: from the config, then keys in the environment, then local servers, then, where
 * there is neither a config file nor a key, the simulator. If simulation was asked for, the simulator replaces all of
 * them, with their own addresses and keys or not: nothing leaves the machine and nothing costs money.
 * @throws ConclaveError `configuration` when a provider of the config cannot work.
 */
export async function discoverProviders(options: DiscoveryOptions): Promise<FoundProvider[]> {
  if (options.replay) return replayedProviders(options);
  if (options.simulate) return await simulatedProviders(describedProviders(options), options);
  const fromConfig = Object.entries(options.config.providers).map(([id, entry]) =>
    configuredProvider(id, entry, options),
  );
  const named = new Set(fromConfig.map(({ provider }) => provider.id));
  const others = options.known.filter(({ id }) => !named.has(id));

  const fromEnvironment = others.flatMap((provider) => environmentProvider(provider, options.env));
  const local = await localProviders(fromConfig, others, options);
  const found = [...fromConfig.filter((entry) => !local.some(sameAs(entry))), ...fromEnvironment, ...local];
  const useSimulator = !options.configured && fromEnvironment.length === 0;
  const rest = others.filter(({ id }) => !local.some(({ provider }) => provider.id === id));
  return useSimulator ? [...found, ...(await simulatedProviders(rest, options))] : found;
}

function replayedProviders(options: DiscoveryOptions): FoundProvider[] {
  return describedProviders(options).map((provider) => ({
    provider,
    secret: new Secret('replayed'),
    source: 'replay',
    detail: 'recordings',
  }));
}

/** Every provider that is built in or configured, whether or not it could be asked. */
function describedProviders({ config, known }: DiscoveryOptions): Provider[] {
  const named = Object.entries(config.providers).map(([id, entry]) => {
    const builtIn = known.find((provider) => provider.id === id);
    return builtIn ? overridden(builtIn, entry) : ownProvider(id, entry, known);
  });
  const others = known.filter(({ id }) => !(id in config.providers));
  return [...named, ...others];
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
