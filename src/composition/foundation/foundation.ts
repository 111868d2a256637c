import { randomBytes } from 'node:crypto';
import { conclaveHome } from '../../config/home.ts';
import { modelDetails, type ModelDetails } from '../../config/discovery/model-details.ts';
import { probeLocalServer } from '../../config/discovery/probe-local-server.ts';
import type { Config } from '../../config/schema/config-schema.ts';
import { asConclaveError, ConclaveError } from '../../core/errors.ts';
import type { Principal } from '../../core/call.ts';
import type { CallTracer } from '../../core/telemetry/call-tracer.ts';
import type { Log, LogLevel } from '../../core/telemetry/log.ts';
import { idMaker, type IdKind } from '../../core/new-id.ts';
import type { Store } from '../../core/stores/stores.ts';
import type { Transport } from '../../core/wire/transport.ts';
import { engineMemory, type EngineMemory } from '../../engine/engine-memory.ts';
import { type Authorize, authorizer } from '../../providers/authorize.ts';
import { learnedRouting, type LearnedRouting } from '../../learning/estimates/learned-routing.ts';
import { admitBy, judgeBy, type Admit } from '../../money/admit.ts';
import { keyRing, type KeyRing } from '../../money/key-ring.ts';
import { knowsLocalKey, localKeyPlace, openAdminKey, openLocalKey } from '../../money/local-key.ts';
import { openMetrics, type Metrics } from '../../telemetry/metrics.ts';
import { openRates } from '../../storage/open-rates.ts';
import { openTracer } from '../../telemetry/open-tracer.ts';
import { openLog } from '../../telemetry/open-log.ts';
import { createTransport } from '../../transport/out/http-out.ts';
import { reportOpenFiles } from '../../transport/out/report-open-files.ts';
import { once } from '../../core/memories/once.ts';
import { openStoreByEnvironment } from './open-store-by-environment.ts';
import type { AppOptions } from '../options.ts';

/** What outlives a configuration: ledger, keys, connections, and what was learned about deployments. */
export interface Foundation {
  readonly home: string;
  readonly store: Store;
  readonly transport: Transport;
  readonly keyRing: KeyRing;
  readonly admit: Admit;
  readonly mayAdmit: Admit;
  readonly memory: EngineMemory;
  /** Details of the models of local servers. */
  readonly localModels: ModelDetails;
  /** What the router learned from outcomes. */
  readonly learned: LearnedRouting;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly tracer: CallTracer | undefined;
  readonly authorize: Authorize;
  readonly newId: (kind: IdKind) => string;
  localKey(): Promise<string>;
  readonly localKeyPlace: string;
  localPrincipal(): Promise<Principal>;
  /** Starts the simulated models at the first call; resolves with their URL. */
  simulator(): Promise<string>;
  /** URL of the simulated models, once started. */
  simulatorUrl(): string | undefined;
  close(): Promise<void>;
}

/** Opens everything that outlives a configuration. @throws ConclaveError `configuration` with nothing left open. */
export async function openFoundation(options: AppOptions, config: Config): Promise<Foundation> {
  const home = conclaveHome(options.env);
  const log = await openLog(options.logFormat ?? 'plain', logLevelOf(options, config));
  const store = await openStoreByEnvironment(options.env, (message) => log.warn({}, message));
  const closers: (() => Promise<void>)[] = [() => closeStore(store, log)];
  try {
    await store.recoverOrphans();
    const transport = reportOpenFiles(await openTransport(options), log);
    closers.unshift(() => transport.close());
    const keyPlace = { home, environment: options.env };
    const ring = keyRing({
      keys: store.keys,
      adminKey: openAdminKey(keyPlace).key,
      isOwners: knowsLocalKey(keyPlace),
      now: Date.now,
    });
    const localKey = once(async () => (await openLocalKey({ ...keyPlace, keys: store.keys })).key);
    let simulatorUrl: string | undefined;
    const rates = await openRates(options.env['CONCLAVE_REDIS_URL'], { store, log });
    closers.unshift(() => rates.close());
    const ownSimulator = async () => {
      const { startSimulator } = await import('../../simulator/server.ts');
      const running = await startSimulator({ background: true });
      closers.push(() => running.close());
      return running.url;
    };
    const memory = engineMemory(Date.now, {
      limits: store.limits,
      benches: store.benches,
      exchange: options.limitExchange,
      warn: (error) => log.warn({ error }, 'what was learned about a provider was not shared'),
    });
    closers.unshift(() => memory.lateWork.end());
    return {
      home,
      store,
      transport,
      keyRing: ring,
      admit: admitBy(rates),
      mayAdmit: judgeBy(rates),
      memory,
      localModels: modelDetails((url, asked) => probeLocalServer(transport, url, asked)),
      learned: learnedRouting({
        store: store.router,
        now: Date.now,
        warn: (message) => log.warn({}, message),
      }),
      log,
      metrics: openMetrics(),
      tracer: await openTracer(),
      authorize: authorizer(options.env),
      newId: idMaker(Date.now, randomBytes),
      localKey,
      localKeyPlace: localKeyPlace(keyPlace),
      async localPrincipal() {
        const principal = await ring.authenticate(await localKey());
        if (!principal) throw new ConclaveError('internal', 'The local key is not among the keys.');
        return principal;
      },
      simulator: once(async () => {
        simulatorUrl = await (options.simulator ?? ownSimulator)();
        return simulatorUrl;
      }),
      simulatorUrl: () => simulatorUrl,
      close: () => closeAll(closers),
    };
  } catch (error) {
    await closeAll(closers);
    throw error;
  }
}

/** Returns the log level; a terminal only gets warnings and errors by default. */
export function logLevelOf({ logFormat, logLevel }: AppOptions, { log }: Config): LogLevel {
  return logLevel ?? (logFormat === 'json' ? log.level : 'warn');
}

/** Opens the transport for outgoing requests, with recording or replay. Both are loaded only if requested. */
async function openTransport({ record, replay }: AppOptions): Promise<Transport> {
  if (replay !== undefined)
    return (await import('../../transport/recordings/replay-transport.ts')).replayTransport(replay);
  const transport = createTransport();
  if (record === undefined) return transport;
  return (await import('../../transport/recordings/record-transport.ts')).recordTransport(transport, record);
}

/** Also says in the log what a process that ends could not write. */
async function closeStore(store: Store, log: Log): Promise<void> {
  try {
    await store.close();
  } catch (thrown) {
    log.error({ error: thrown }, asConclaveError(thrown).toOperator);
    throw thrown;
  }
}

/** Closes everything, whatever fails. @throws the first failure. */
async function closeAll(closers: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const close of closers) await close().catch((thrown: unknown) => failures.push(thrown));
  if (failures.length > 0) throw failures[0];
}
