import { modelDetails } from '../config/model-details.ts';
import { probeLocalServer } from '../config/probe-local-server.ts';
import { dirname } from 'node:path';
import type { AppOptions } from '../app.ts';
import type { FoundProvider } from '../config/discover-providers.ts';
import { conclaveHome } from '../config/home.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { atOwnAddress } from '../config/own-address.ts';
import { withConfigLine } from '../config/with-config-line.ts';
import { ConclaveError } from '../core/errors.ts';
import { Secret } from '../core/provider.ts';
import type { Store } from '../core/stores/stores.ts';
import type { Transport } from '../core/wire/transport.ts';
import { checked, type Check } from '../diagnosis/check.ts';
import { checkMemory } from '../diagnosis/check-memory.ts';
import { checkKeyRoots, checkRoots } from '../diagnosis/check-key-roots.ts';
import { checkNode } from '../diagnosis/check-node.ts';
import { checkPort, type RunningState } from '../diagnosis/check-port.ts';
import { checkProviders, type Reachable } from '../diagnosis/check-providers.ts';
import { checkRegions, type Place } from '../diagnosis/check-regions.ts';
import { folderFrom } from '../files/granted-roots.ts';
import { localKeyOf } from '../money/local-key.ts';
import { type Authorize, authorizer } from '../providers/authorize.ts';
import { createTransport } from '../transport/http-out.ts';
import { findProviders } from './find-providers.ts';
import { howToRepair, isDamage } from '../storage/sqlite/damage.ts';
import { checkedCatalogue } from './app-models.ts';
import { toolsOf } from './offered-tools.ts';
import { databasePath, openDatabase } from './open-database.ts';
import { readConfiguration } from './read-configuration.ts';

/** Runs the checks of `conclave doctor`. Each check is independent, so that one failure does not hide another. */
export async function diagnose(
  options: AppOptions,
): Promise<{ readonly checks: Check[]; readonly next: string }> {
  const checks: Check[] = [checkNode(process.version)];
  const transport = createTransport();
  let loaded: LoadedConfig | undefined;
  checks.push(
    ...(await checked('config', configRemedy, async () => {
      loaded = await readConfiguration(options);
      return configChecks(options, loaded);
    })),
    ...(await checked('data', dataRemedy(options.env), async () => {
      const store = await openDatabase(options.env);
      try {
        const data = dataCheck(conclaveHome(options.env), await store.damage());
        return [data, ...(await keyRootChecks(options, loaded, store))];
      } finally {
        await store.close();
      }
    })),
  );
  if (loaded) {
    const { host, port } = loaded.config.server;
    checks.push(
      ...(await askProviders(options, loaded, transport)),
      await checkPort(host, port, (url) => stateOfRunning(transport, url, options.env)),
    );
  }
  checks.push(...(await checkMemory()));
  await transport.close();
  return { checks, next: nextStep(checks) };
}

function dataCheck(home: string, [first, ...others]: readonly string[]): Check {
  if (first === undefined) return { name: 'data', state: 'ok', found: home };
  const more = others.length > 0 ? ` and ${others.length} more of the kind` : '';
  return {
    name: 'data',
    state: 'failed',
    found: `the database in ${home} is damaged: ${first}${more}`,
    remedy: howToRepair(databasePath(home)),
  };
}

/** Checks what a configuration says about this machine; what it says about providers is checked with them. */
async function configChecks(options: AppOptions, loaded: LoadedConfig): Promise<Check[]> {
  await toolsOf(loaded);
  const roots = await checkRoots(loaded.config.tools.roots ?? [], { folderOf: folderOf(options, loaded) });
  if (roots.length > 0) return roots;
  return [{ name: 'config', state: 'ok', found: loaded.path ?? 'none; defaults are used' }];
}

/** An error in the file names its line; a file that cannot be read is another mistake. */
function configRemedy(error: unknown): string {
  return error instanceof ConclaveError && isSystemError(error.cause)
    ? 'name an existing file in --config or CONCLAVE_CONFIG, or leave them out'
    : 'correct the line that is named';
}

function providersRemedy(error: unknown): string {
  return error instanceof ConclaveError && error.details.configPath !== undefined
    ? configRemedy(error)
    : 'add a provider to the config or a key to the environment';
}

function dataRemedy(env: AppOptions['env']): (error: unknown) => string {
  if (env['CONCLAVE_DATABASE_URL'])
    return () => 'start that database, or correct CONCLAVE_DATABASE_URL, or unset it to use SQLite';
  return (error) =>
    error instanceof ConclaveError && isDamage(error.cause)
      ? 'repair the file as described, from a copy; or restore a backup'
      : 'set CONCLAVE_HOME to a folder of yours';
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

async function keyRootChecks(
  options: AppOptions,
  loaded: LoadedConfig | undefined,
  { keys }: Store,
): Promise<Check[]> {
  if (loaded === undefined || Object.keys(loaded.config.tools.keyRoots).length === 0) return [];
  return checkKeyRoots(loaded.config.tools.keyRoots, {
    keys: await keys.list(),
    folderOf: folderOf(options, loaded),
  });
}

/** Paths are resolved relative to the same folder as in the gateway. */
function folderOf({ cwd }: AppOptions, { path }: LoadedConfig): (written: string) => string {
  const base = path === undefined ? cwd : dirname(path);
  return (written) => folderFrom(written, base);
}

function askProviders(options: AppOptions, loaded: LoadedConfig, transport: Transport): Promise<Check[]> {
  return checked('providers', providersRemedy, async () => {
    const simulator = async () => 'http://127.0.0.1';
    const authorize = authorizer(options.env);
    const localModels = modelDetails((url, asked) => probeLocalServer(transport, url, asked));
    const found = await withConfigLine(loaded, () =>
      findProviders(options, loaded, { localModels, simulator }),
    );
    const names = await checked('config', configRemedy, async () => {
      await withConfigLine(loaded, () => checkedCatalogue(loaded, found, options));
      return [];
    });
    const real = found.filter(({ source }) => source !== 'simulated');
    const regions = checkRegions(loaded.config.routing.allow?.regions, placesOf(loaded, found));
    if (real.length === 0)
      return [
        { name: 'providers', state: 'note', found: 'no key and no local server: answers are simulated' },
        ...regions,
        ...names,
      ];
    const answers = await checkProviders([...real, ...ownKeys(loaded, real)], transport, (found, url) =>
      credentialHeaders(authorize, found, url),
    );
    return [...answers, ...regions, ...names];
  });
}

function placesOf({ config }: LoadedConfig, found: readonly FoundProvider[]): Place[] {
  const providers = found.map(({ provider, region, aws }) => {
    const said = region ?? aws?.region;
    return { name: provider.id, local: provider.local, ...(said !== undefined && { region: said }) };
  });
  const deployments = config.deployments.flatMap(({ region }, at) =>
    region === undefined ? [] : { name: `deployments.${at}`, local: false, region },
  );
  return [...providers, ...deployments];
}

/** Returns the deployments with their own key, as further providers to check. */
function ownKeys({ config }: LoadedConfig, found: readonly FoundProvider[]): Reachable[] {
  return config.deployments.flatMap(({ apiKey, baseUrl, provider, model }, at) => {
    const id = provider ?? model.slice(0, Math.max(0, model.indexOf('/')));
    const seller = found.find((one) => one.provider.id === id);
    if (!seller || apiKey === undefined) return [];
    const detail = `deployments.${at}.apiKey`;
    const dialects = baseUrl ? atOwnAddress(seller.provider, baseUrl) : seller.provider.dialects;
    return {
      name: `${id} (${detail})`,
      provider: { ...seller.provider, dialects },
      secret: new Secret(apiKey),
      detail,
      source: 'config',
    };
  });
}

/**
 * Returns the state of the running server; `undefined` if it is not Conclave. A Conclave that rejected a configuration
 * reports the reason to its own user.
 */
async function stateOfRunning(
  transport: Transport,
  url: string,
  environment: AppOptions['env'],
): Promise<RunningState | undefined> {
  const state = await askState(transport, url, {});
  if (!state?.config?.refused) return state;
  const key = localKeyOf({ home: conclaveHome(environment), environment });
  return (await askState(transport, url, { authorization: `Bearer ${key}` })) ?? state;
}

async function askState(
  transport: Transport,
  url: string,
  headers: Record<string, string>,
): Promise<RunningState | undefined> {
  try {
    const timeouts = { connectMs: 1_000, firstByteMs: 2_000, idleMs: 2_000 };
    const signal = AbortSignal.timeout(3_000);
    const reply = await transport.send({ method: 'GET', url, headers, signal, timeouts });
    const pieces: Uint8Array[] = [];
    for await (const piece of reply.body) pieces.push(piece);
    const state: unknown = JSON.parse(Buffer.concat(pieces).toString('utf8'));
    return typeof state === 'object' && state !== null && 'status' in state
      ? (state as RunningState) // our own reply; its members are optional
      : undefined;
  } catch {
    return undefined;
  }
}

function credentialHeaders(
  authorize: Authorize,
  { provider, secret, detail }: Pick<FoundProvider, 'provider' | 'secret' | 'detail'>,
  url: string,
) {
  return authorize(
    {
      url,
      headers: { ...provider.headers },
      body: '',
      ...(provider.dialects[0]?.auth && { auth: provider.dialects[0].auth }),
    },
    {
      id: detail,
      provider,
      endpoints: [],
      weight: 1,
      simulated: false,
      ...(secret && { credential: { secret, label: detail } }),
    },
  );
}

function nextStep(checks: readonly Check[]): string {
  const failed = checks.find(({ state }) => state === 'failed');
  if (failed?.remedy) return `${failed.name}: ${failed.remedy}`;
  return checks.some(({ name }) => name === 'providers')
    ? 'conclave serve (simulated), or export ANTHROPIC_API_KEY=… or OPENAI_API_KEY=… first'
    : 'conclave serve, or conclave ask "Hello"';
}
