import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { checkReferences } from './config/check-references.ts';
import { deploymentFinder } from './config/deployments.ts';
import { discoverProviders, type FoundProvider } from './config/discover-providers.ts';
import { conclaveHome } from './config/home.ts';
import { probeLocalServer } from './config/probe-local-server.ts';
import { checkConfig, loadConfig, type LoadedConfig } from './config/load-config.ts';
import type { Config, ConfigInput } from './config/schema.ts';
import type { Principal } from './core/call.ts';
import type { Catalogue } from './core/catalogue.ts';
import type { DialectId } from './core/content.ts';
import type { Dialect } from './core/dialect.ts';
import { ConclaveError } from './core/errors.ts';
import type { LLMProvider } from './core/llm-provider.ts';
import { idMaker, type IdKind } from './core/new-id.ts';
import type { InputGuardrail, OutputGuardrail, ReplyCache, Scorer } from './core/extension-points.ts';
import type { HttpExchange } from './core/http-exchange.ts';
import type { Policy } from './core/plan.ts';
import type { ModelRequest } from './core/request.ts';
import type { KeySettings, LedgerStore, Store, VirtualKey } from './core/stores.ts';
import type { StreamPart } from './core/stream-part.ts';
import type { Transport } from './core/transport.ts';
import { checked, type Check } from './diagnosis/check.ts';
import { checkMemory } from './diagnosis/check-memory.ts';
import { checkNode } from './diagnosis/check-node.ts';
import { checkPort } from './diagnosis/check-port.ts';
import { checkProviders } from './diagnosis/check-providers.ts';
import { embedders } from './dialects/embedders.ts';
import { dialects } from './dialects/index.ts';
import { ask, callOf, type Answer, type Question } from './engine/ask.ts';
import { openRoots, type Roots } from './files/roots.ts';
import { createEngine, type Engine, type EngineLog } from './engine/engine.ts';
import { measureRequest, type RequestSize } from './engine/measure-request.ts';
import { partsOf, streamText, type StreamedText } from './engine/stream-text.ts';
import { admitBy } from './money/admit.ts';
import { keyRing, type KeyRing } from './money/key-ring.ts';
import { openAdminKey, openLocalKey } from './money/local-key.ts';
import { rateWindowsInMemory } from './money/rate-windows.ts';
import { issueKey } from './money/virtual-keys.ts';
import { bestOfFamily, familyRing } from './models/best-of-family.ts';
import { createCatalogue } from './models/create-catalogue.ts';
import { defaultChain } from './models/default-chain.ts';
import { frontierBaseline } from './models/frontier-baseline.ts';
import { localModels } from './models/local-models.ts';
import { policies } from './policies/index.ts';
import { promptBook, readOverrides, type PromptBook } from './prompts/prompt-book.ts';
import { toolPrompts } from './prompts/tools/index.ts';
import { authorize } from './providers/authorize.ts';
import { builtInProviders } from './providers/built-in-providers.ts';
import { openStore } from './storage/open-store.ts';
import { tools } from './tools/index.ts';
import { readToolInput } from './tools/read-tool-input.ts';
import { toolContext, type ToolCaller } from './tools/tool-context.ts';
import type { Tool, ToolContext } from './tools/tool.ts';
import { httpExchange } from './transport/http-exchange.ts';
import { createHttpServer, type HttpServer, type HttpServerOptions } from './transport/http-in.ts';
import { createTransport } from './transport/http-out.ts';

export { startSimulator } from './simulator/server.ts';

export type AppOptions = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** A file to read; default: `CONCLAVE_CONFIG`, else `conclave.yaml` where there is one. */
  readonly configPath?: string;
  /** Instead of a file. */
  readonly config?: ConfigInput;
  /** A library user's own. */
  readonly providers?: readonly LLMProvider[];
  readonly simulate?: boolean;
  /** Only the books are needed: nothing is discovered and no model can be asked. */
  readonly offline?: boolean;
  /** Answer from the replies recorded in this folder. */
  readonly replay?: string;
  /** Keep the replies of this session in this folder. */
  readonly record?: string;
  readonly extensions?: Extensions;
};

/** What a program may put into the pipeline's empty places. */
export type Extensions = {
  readonly caches?: readonly ReplyCache[];
  readonly inputGuardrails?: readonly InputGuardrail[];
  readonly outputGuardrails?: readonly OutputGuardrail[];
  readonly scorers?: readonly Scorer[];
};

/** Everything that Conclave can do, as named services. Surfaces parse, call one of these, and write. */
export interface App {
  readonly config: Config;
  readonly configPath?: string;
  readonly home: string;
  readonly found: readonly FoundProvider[];
  readonly catalogue: Catalogue;
  readonly dialects: ReadonlyMap<DialectId, Dialect>;
  /** The same for calls that ask for vectors. */
  readonly embedders: ReadonlyMap<DialectId, Dialect>;
  readonly engine: Engine;
  readonly ledger: LedgerStore;
  readonly store: Store;
  readonly keyRing: KeyRing;
  /** This machine's own key; made, with its file, at the first use. */
  localKey(): Promise<string>;
  /** Makes a virtual key; only this answer shows it. */
  issueKey(settings: KeySettings): Promise<{ readonly key: string; readonly stored: VirtualKey }>;
  /** Estimated tokens of a request, without asking anybody. */
  measure(request: ModelRequest): RequestSize;
  /** Listens for HTTP. @throws ConclaveError `configuration` when it cannot. */
  listen(options: ListenOptions): Promise<HttpServer>;
  readonly prompts: PromptBook;
  readonly tools: readonly Tool[];
  /** Checks what somebody wrote for a tool. @throws ConclaveError `invalid_request` naming the argument and the nearest. */
  readonly readToolInput: typeof readToolInput;
  readonly log: EngineLog;
  /** Set where simulated models run in this process. */
  readonly simulatorUrl?: string;
  readonly newId: (kind: IdKind) => string;
  /** What one run of a tool may use, for whoever calls it. */
  toolContext(caller: ToolCaller): ToolContext;
  /** What this machine's own user lets tools read: the working directory. */
  localRoots(): Promise<Roots>;
  /** On whose account this machine's own user works: MCP over stdio, command line, library. */
  localPrincipal(): Promise<Principal>;
  ask(question: Question): Promise<Answer>;
  stream(question: Question): Promise<AsyncIterable<readonly StreamPart[]>>;
  streamText(question: Omit<Question, 'principal'>): Promise<StreamedText>;
  close(): Promise<void>;
}

/**
 * Builds Conclave from its configuration: the one place that knows every part.
 * @throws ConclaveError `configuration`, in one line that names place and remedy, with nothing changed on disk.
 */
export async function createApp(options: AppOptions): Promise<App> {
  const loaded = await configuration(options);
  const { config } = loaded;
  const home = conclaveHome(options.env);
  const log = plainLog();
  const closers: (() => Promise<void>)[] = [];
  const store = await openStore(databaseAt(home, options.env));
  closers.push(() => store.close());
  try {
    await store.recoverOrphans();
    const transport = await transportFor(options);
    closers.unshift(() => transport.close());
    let simulatorUrl: string | undefined;
    const simulator = async () => {
      const { startSimulator } = await import('./simulator/server.ts');
      const running = await startSimulator();
      closers.push(() => running.close());
      simulatorUrl = running.url;
      return running.url;
    };
    const found = options.offline ? [] : await discover(options, loaded, { transport, simulator });
    const custom = options.providers ?? [];
    const catalogue = await createCatalogue({
      providers: found.map(({ provider }) => provider),
      known: builtInProviders,
      // Without its providers no model can be told from a mistake.
      configured: options.offline ? [] : config.models,
      aliases: config.aliases,
      discovered: found.flatMap(({ provider, listing }) =>
        listing === undefined ? [] : localModels(provider, listing),
      ),
      custom,
    });
    if (!options.offline) checkReferences(config, (name) => catalogue.resolve(name));
    const newId = idMaker(Date.now, randomBytes);
    const dialectMap = new Map<DialectId, Dialect>(dialects.map((dialect) => [dialect.id, dialect]));
    const embedderMap = embedders(dialects);
    const frontier = frontierBaseline(catalogue.models());
    const engine = createEngine({
      catalogue,
      deploymentsOf: deploymentFinder({ found, entries: config.deployments, custom }),
      dialects: dialectMap,
      embedders: embedderMap,
      policy: policyNamed(config.routing.policy),
      ledger: store.ledger,
      transport,
      caches: options.extensions?.caches ?? [],
      inputGuardrails: options.extensions?.inputGuardrails ?? [],
      outputGuardrails: options.extensions?.outputGuardrails ?? [],
      scorers: options.extensions?.scorers ?? [],
      admit: admitBy(rateWindowsInMemory()),
      defaultChain: (model) => defaultChain(model, catalogue.models()),
      authorize,
      ...(frontier?.price && { frontierPrice: frontier.price }),
      settings: {
        retries: config.routing.retries,
        timeouts: config.routing.timeouts,
        fallbacks: config.routing.fallbacks,
        reserveOutputTokens: config.reserve.outputTokens,
        holdHeadMs: 15_000,
        keepBodies: config.ledger.keepBodies,
        simulatedOnly:
          custom.length === 0 && found.every(({ source }) => source === 'simulated' || source === 'replay'),
      },
      now: Date.now,
      newId,
      random: Math.random,
      log,
    });
    const keyPlace = { home, environment: options.env };
    const ring = keyRing({ keys: store.keys, adminKey: openAdminKey(keyPlace).key, now: Date.now });
    const localKey = once(async () => (await openLocalKey({ ...keyPlace, keys: store.keys })).key);
    const localPrincipal = async () => {
      const principal = await ring.authenticate(await localKey());
      if (!principal) throw new ConclaveError('internal', 'The local key is not among the keys.');
      return principal;
    };
    const prompts = promptBook(await readOverrides(join(home, 'prompts'), toolPrompts));
    const app: App = {
      config,
      ...(loaded.path && { configPath: loaded.path }),
      home,
      found,
      catalogue,
      dialects: dialectMap,
      embedders: embedderMap,
      engine,
      ledger: store.ledger,
      store,
      keyRing: ring,
      localKey,
      issueKey: (settings) => issueKey(store.keys, settings),
      measure: measureRequest,
      listen: (listening) => listen(config, listening),
      prompts,
      tools,
      readToolInput,
      log,
      ...(simulatorUrl && { simulatorUrl }),
      newId,
      toolContext: (caller) =>
        toolContext(
          {
            prompts,
            catalogue,
            ledger: store.ledger,
            threads: store.threads,
            familyOrder: familyRing,
            bestOfFamily,
            now: Date.now,
            newId,
            ask: (question) => ask(engine, callOf(question, newId)),
          },
          caller,
        ),
      localPrincipal,
      localRoots: once(() => openRoots([options.cwd])),
      ask: (question) => ask(engine, callOf(question, newId)),
      stream: async (question) => partsOf(await engine.run(callOf(question, newId))),
      streamText: async (question) =>
        streamText(await engine.run(callOf({ ...question, principal: await localPrincipal() }, newId))),
      close: () => closeAll(closers),
    };
    return app;
  } catch (error) {
    await closeAll(closers);
    throw error;
  }
}

/** What `conclave doctor` says. Every part is checked by itself, so that one failure does not hide another. */
export async function diagnose(
  options: AppOptions,
): Promise<{ readonly checks: Check[]; readonly next: string }> {
  const checks: Check[] = [checkNode(process.version)];
  const transport = createTransport();
  let loaded: LoadedConfig | undefined;
  checks.push(
    ...(await checked('config', 'correct the line that is named', async () => {
      loaded = await configuration(options);
      return [{ name: 'config', state: 'ok', found: loaded.path ?? 'none; defaults are used' }];
    })),
    ...(await checked('data', 'set CONCLAVE_HOME to a folder of yours', async () => {
      const home = conclaveHome(options.env);
      const store = await openStore(databaseAt(home, options.env));
      await store.ping().finally(() => store.close());
      return [{ name: 'data', state: 'ok', found: home }];
    })),
  );
  if (loaded) {
    const { config } = loaded;
    checks.push(
      ...(await checked('providers', 'add a provider to the config or a key to the environment', async () => {
        const simulator = async () => 'http://127.0.0.1';
        const found = await discover(options, loaded ?? { config }, { transport, simulator });
        const real = found.filter(({ source }) => source !== 'simulated');
        if (real.length === 0)
          return [
            { name: 'providers', state: 'note', found: 'no key and no local server: answers are simulated' },
          ];
        return checkProviders(real, transport, ({ provider, secret, detail }, url) =>
          authorize(
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
          ),
        );
      })),
      await checkPort(config.server.host, config.server.port),
    );
  }
  checks.push(...(await checkMemory()));
  await transport.close();
  return { checks, next: nextStep(checks) };
}

function nextStep(checks: readonly Check[]): string {
  const failed = checks.find(({ state }) => state === 'failed');
  if (failed?.remedy) return `${failed.name}: ${failed.remedy}`;
  return checks.some(({ name }) => name === 'providers')
    ? 'conclave serve (simulated), or export ANTHROPIC_API_KEY=… or OPENAI_API_KEY=… first'
    : 'conclave serve, or conclave ask "Hello"';
}

export type ListenOptions = {
  readonly host: string;
  readonly port: number;
  readonly serve: (exchange: HttpExchange) => Promise<void>;
  readonly describeError: NonNullable<HttpServerOptions['describeError']>;
};

function listen(config: Config, { host, port, serve, describeError }: ListenOptions): Promise<HttpServer> {
  const { allowedHosts, maxBodyBytes, drainMs } = config.server;
  return createHttpServer({
    host,
    port,
    allowedHosts,
    maxBodyBytes,
    drainMs,
    describeError,
    onRequest: (request, response, signal) =>
      serve(httpExchange({ request, response, signal, maxBodyBytes })),
  });
}

async function configuration({ config, configPath, env, cwd }: AppOptions): Promise<LoadedConfig> {
  if (config !== undefined) return { config: checkConfig(config) };
  return loadConfig({ env, cwd, path: configPath });
}

/** @throws ConclaveError `configuration` when nobody is left to ask. */
async function discover(
  options: AppOptions,
  { config, path }: LoadedConfig,
  { transport, simulator }: { readonly transport: Transport; readonly simulator: () => Promise<string> },
) {
  const custom = options.providers ?? [];
  const found = await discoverProviders({
    config,
    configured: path !== undefined || options.config !== undefined,
    env: options.env,
    known: builtInProviders,
    probe: (url) => probeLocalServer(transport, url),
    simulate: options.simulate ?? false,
    replay: options.replay !== undefined,
    simulator,
  });
  if (found.length > 0 || custom.length > 0) return found;
  throw new ConclaveError(
    'configuration',
    `No provider: ${path ?? 'the configuration'} names none, no key is in the environment and no local server answers; add one, or start with --simulate`,
  );
}

/** A cascade's plan has steps that must be judged before the next, which `run-plan` does not do yet. */
const usablePolicies: readonly Policy[] = policies.filter(({ name }) => name !== 'cascade');

function policyNamed(name: string): Policy {
  const policy = usablePolicies.find((candidate) => candidate.name === name);
  if (policy) return policy;
  const known = usablePolicies.map((candidate) => candidate.name).join(', ');
  throw new ConclaveError('configuration', `routing.policy: there is no policy "${name}"; known: ${known}`);
}

/** What leaves this machine, and what is kept of the answers. Loaded only where it is asked for. */
/** The ledger's file in the home folder, or the database that the environment names instead. */
function databaseAt(home: string, env: AppOptions['env']): Parameters<typeof openStore>[0] {
  return { path: join(home, 'conclave.db'), databaseUrl: env['CONCLAVE_DATABASE_URL'] };
}

async function transportFor({ record, replay }: AppOptions): Promise<Transport> {
  if (replay !== undefined) return (await import('./transport/replay-transport.ts')).replayTransport(replay);
  const transport = createTransport();
  if (record === undefined) return transport;
  return (await import('./transport/record-transport.ts')).recordTransport(transport, record);
}

function plainLog(): EngineLog {
  const write = (level: string) => (fields: Readonly<Record<string, unknown>>, message: string) => {
    const shown = Object.entries(fields).map(
      ([name, value]) => ` ${name}=${value instanceof Error ? value.message : String(value)}`,
    );
    process.stderr.write(`${level}: ${message}${shown.join('')}\n`);
  };
  return { warn: write('warning'), error: write('error') };
}

async function closeAll(closers: readonly (() => Promise<void>)[]): Promise<void> {
  for (const close of closers) await close();
}

/** Runs at the first call only; later ones share its result. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
