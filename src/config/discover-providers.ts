import type { JsonValue } from '../core/json.ts';
import { ConclaveError } from '../core/errors.ts';
import { fillBaseUrl } from '../core/fill-base-url.ts';
import { modelsUrl } from '../core/models-url.ts';
import { nearestNames } from '../core/nearest-names.ts';
import { Secret, type AwsAccess, type DialectEndpoint, type Provider } from '../core/provider.ts';
import { atOwnAddress } from './own-address.ts';
import { ownQuirks } from './own-quirks.ts';
import type { Config, ProviderConfig } from './schema.ts';

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
};

type Environment = Readonly<Record<string, string | undefined>>;

export type DiscoveryOptions = {
  readonly config: Config;
  /** A config file was read. */
  readonly configured: boolean;
  readonly env: Environment;
  readonly known: readonly Provider[];
  /** Asks a local server for its models; `undefined` when nobody answers in time. */
  readonly probe: (url: string) => Promise<JsonValue | undefined>;
  readonly simulate: boolean;
  /** Answers come from recordings: every built-in provider is there, and none needs a key. */
  readonly replay: boolean;
  /** Starts the simulator, or finds the running one, and returns its URL. */
  readonly simulator: () => Promise<string>;
};

/** Servers on people's own machines that are looked for without being asked. */
const probed: ReadonlySet<string> = new Set(['ollama', 'lmstudio', 'vllm', 'llamacpp']);

/**
 * Every provider that can be used: from the config, then keys in the environment, then local servers, then, where
 * there is neither a config file nor a key, the simulator. Asking to simulate replaces all built-in providers.
 * @throws ConclaveError `configuration` when a provider of the config cannot work.
 */
export async function discoverProviders(options: DiscoveryOptions): Promise<FoundProvider[]> {
  if (options.replay) return replayedProviders(options);
  const fromConfig = Object.entries(options.config.providers)
    .filter(([, entry]) => !options.simulate || entry.baseUrl !== undefined)
    .map(([id, entry]) => configuredProvider(id, entry, options));
  const named = new Set(fromConfig.map(({ provider }) => provider.id));
  const others = options.known.filter(({ id }) => !named.has(id));
  if (options.simulate) return [...fromConfig, ...(await simulatedProviders(others, options))];

  const fromEnvironment = others.flatMap((provider) => environmentProvider(provider, options.env));
  const local = await localProviders(fromConfig, others, options);
  const found = [...fromConfig.filter((entry) => !local.some(sameAs(entry))), ...fromEnvironment, ...local];
  const useSimulator = !options.configured && fromEnvironment.length === 0;
  const rest = others.filter(({ id }) => !local.some(({ provider }) => provider.id === id));
  return useSimulator ? [...found, ...(await simulatedProviders(rest, options))] : found;
}

function replayedProviders({ config, known }: DiscoveryOptions): FoundProvider[] {
  const named = Object.entries(config.providers).map(([id, entry]) => {
    const builtIn = known.find((provider) => provider.id === id);
    return builtIn ? overridden(builtIn, entry) : ownProvider(id, entry, known);
  });
  const others = known.filter(({ id }) => !(id in config.providers));
  return [...named, ...others].map((provider) => ({
    provider,
    secret: new Secret('replayed'),
    source: 'replay',
    detail: 'recordings',
  }));
}

function sameAs(entry: FoundProvider) {
  return ({ provider }: FoundProvider) => provider.id === entry.provider.id;
}

function configuredProvider(
  id: string,
  entry: ProviderConfig,
  { known, env }: DiscoveryOptions,
): FoundProvider {
  const builtIn = known.find((provider) => provider.id === id);
  const described = builtIn ? overridden(builtIn, entry) : ownProvider(id, entry, known);
  const plain = { ...described, dialects: filledOrThrow(described, entry, env) };
  const secret = entry.apiKey ?? plainKeyFrom(plain, env);
  const callersOnly = entry.callerKeys === true && secret === undefined && plain.auth !== 'aws-sigv4';
  const provider = callersOnly ? { ...plain, needsCallerKey: true } : plain;
  const needsKey =
    provider.auth !== 'none' &&
    provider.auth !== 'aws-sigv4' &&
    !provider.local &&
    !entry.baseUrl &&
    !callersOnly;
  if (needsKey && secret === undefined) {
    throw new ConclaveError(
      'configuration',
      `providers.${id}: no key; set ${provider.keyVariables[0] ?? 'a variable'} and write apiKey: "\${${provider.keyVariables[0] ?? 'VARIABLE'}}"`,
    );
  }
  const aws = provider.auth === 'aws-sigv4' ? awsAccess(entry, env) : undefined;
  return {
    provider,
    source: 'config',
    detail: `providers.${id}`,
    ...(entry.region && { region: entry.region }),
    ...(secret !== undefined && { secret: new Secret(secret) }),
    ...(aws && { aws }),
  };
}

function overridden(provider: Provider, entry: ProviderConfig): Provider {
  const endpoints = endpointsOf(provider, entry);
  return {
    ...provider,
    dialects: endpoints,
    headers: { ...provider.headers, ...entry.headers },
    quirks: { ...provider.quirks, ...entry.quirks },
    local: entry.local ?? provider.local,
  };
}

/** A forced dialect keeps only that one, also where the provider itself does not speak it. */
function endpointsOf(provider: Provider, { dialect, baseUrl }: ProviderConfig): readonly DialectEndpoint[] {
  if (dialect === undefined) {
    return baseUrl === undefined ? provider.dialects : atOwnAddress(provider.dialects, baseUrl);
  }
  const kept = provider.dialects.filter((endpoint) => endpoint.dialect === dialect);
  return baseUrl === undefined ? kept : [{ ...kept[0], dialect, baseUrl: bare(baseUrl) }];
}

/** The addresses whose variables all have values. */
function filledEndpoints(provider: Provider, values: Environment): readonly DialectEndpoint[] {
  return provider.dialects.flatMap((endpoint) => {
    const filled = fillBaseUrl(endpoint.baseUrl, withRegion(values));
    return filled.ok ? [{ ...endpoint, baseUrl: filled.url }] : [];
  });
}

function filledOrThrow(provider: Provider, entry: ProviderConfig, env: Environment) {
  const values = { ...env, ...(entry.region && { AWS_REGION: entry.region }) };
  const endpoints = filledEndpoints(provider, values);
  if (endpoints.length > 0) return endpoints;
  const filled = fillBaseUrl(provider.dialects[0]?.baseUrl ?? '', withRegion(values));
  const missing = filled.ok ? 'a dialect' : filled.missing.join(' and ');
  throw new ConclaveError(
    'configuration',
    `providers.${provider.id}: its address needs ${missing}; set it, or give a baseUrl`,
  );
}

function withRegion(values: Environment): Environment {
  return { ...values, AWS_REGION: values['AWS_REGION'] ?? values['AWS_DEFAULT_REGION'] };
}

function ownProvider(id: string, entry: ProviderConfig, known: readonly Provider[]): Provider {
  if (entry.dialect && entry.baseUrl) {
    return {
      id,
      name: id,
      dialects: [{ dialect: entry.dialect, baseUrl: bare(entry.baseUrl) }],
      auth:
        entry.dialect === 'anthropic-messages'
          ? 'x-api-key'
          : entry.dialect === 'google-generate'
            ? 'x-goog-api-key'
            : 'bearer',
      keyVariables: [],
      quirks: { ...ownQuirks(entry, known), ...entry.quirks },
      local: entry.local ?? false,
      ...(entry.headers && { headers: entry.headers }),
    };
  }
  const [nearest] = nearestNames(
    id,
    known.map((provider) => provider.id),
  );
  const remedy = nearest
    ? `did you mean "${nearest}"? A provider of your own needs`
    : 'a provider of your own needs';
  throw new ConclaveError(
    'configuration',
    `providers.${id}: not a built-in provider; ${remedy} dialect and baseUrl`,
  );
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

function keyFrom(provider: Provider, env: Environment): { variable: string; value: string } | undefined {
  for (const variable of provider.keyVariables) {
    // A file with a line end behind the key is the commonest way to get one.
    const value = env[variable]?.trim();
    if (value) return { variable, value };
  }
  return undefined;
}

/** AWS's variables hold parts of a signature's credential; only Bedrock's own token can be sent as it is. */
function plainKeyFrom(provider: Provider, env: Environment): string | undefined {
  return provider.auth === 'aws-sigv4'
    ? env['AWS_BEARER_TOKEN_BEDROCK'] || undefined
    : keyFrom(provider, env)?.value;
}

function awsAccess(entry: Partial<ProviderConfig>, env: Environment): AwsAccess {
  const region = entry.region ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'];
  return {
    ...(region && { region }),
    ...(entry.accessKeyId && { accessKeyId: entry.accessKeyId }),
    ...(entry.secretAccessKey && { secretAccessKey: new Secret(entry.secretAccessKey) }),
    ...(entry.sessionToken && { sessionToken: new Secret(entry.sessionToken) }),
  };
}

/** Local servers that answer, configured ones with their live list of models, all asked at once. */
async function localProviders(
  fromConfig: readonly FoundProvider[],
  others: readonly Provider[],
  { env, probe }: DiscoveryOptions,
): Promise<FoundProvider[]> {
  const unasked: FoundProvider[] = others
    .filter(({ id }) => probed.has(id))
    .map((provider) => withHost(provider, env))
    .map((provider) => ({ provider, source: 'local', detail: provider.dialects[0]?.baseUrl ?? '' }));
  const asked = [...fromConfig.filter(({ provider }) => provider.local), ...unasked];
  const answers = await Promise.all(
    asked.map(async (entry) => {
      const listing = await probe(modelsUrl({ modelsPath: '/models', ...entry.provider }) ?? '');
      return listing === undefined ? undefined : { ...entry, listing };
    }),
  );
  return answers.filter((entry) => entry !== undefined);
}

/** `OLLAMA_HOST` as Ollama itself reads it: a host, `host:port` or a URL. */
function withHost(provider: Provider, env: Environment): Provider {
  const host = env['OLLAMA_HOST'];
  if (provider.id !== 'ollama' || !host) return provider;
  const url = new URL(host.includes('://') ? host : `http://${host}`);
  if (!url.port && !host.includes('://')) url.port = '11434';
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
  const dialects = provider.dialects.map((endpoint) => {
    const path = new URL(endpoint.baseUrl).pathname;
    return { ...endpoint, baseUrl: bare(`${url.origin}${path}`) };
  });
  return { ...provider, dialects };
}

async function simulatedProviders(
  providers: readonly Provider[],
  { simulator }: DiscoveryOptions,
): Promise<FoundProvider[]> {
  const url = await simulator();
  return providers.map((provider) => ({
    provider: {
      ...provider,
      dialects: provider.dialects.map((endpoint) => simulatedEndpoint(provider, endpoint, url)),
    },
    secret: new Secret('simulated'),
    source: 'simulated',
    detail: url,
  }));
}

/** The simulator serves every provider below a path of its own, with the ending that the dialect expects. */
function simulatedEndpoint({ id }: Provider, endpoint: DialectEndpoint, url: string): DialectEndpoint {
  const { dialect } = endpoint;
  const ending = dialect.startsWith('openai') ? '/v1' : dialect === 'google-generate' ? '/v1beta' : '';
  return { ...endpoint, baseUrl: `${url}/${id}${ending}` };
}

function bare(url: string): string {
  return url.replace(/\/+$/, '');
}
