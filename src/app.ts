import type { AppCalls } from './composition/engine/app-calls.ts';
import type { AppDeployments } from './composition/server/app-deployments.ts';
import type { AppKeys } from './composition/app-keys.ts';
import type { AppMetrics } from './composition/server/app-metrics.ts';
import type { AppModels } from './composition/models/app-models.ts';
import type { AppOverview } from './composition/server/app-overview.ts';
import type { AppRoots } from './composition/tools/app-roots.ts';
import type { AppRouter } from './composition/router/app-router.ts';
import type { AppTools } from './composition/tools/app-tools.ts';
import type { AppWire } from './composition/engine/app-wire.ts';
import type { diagnose as Diagnose } from './composition/diagnosis/diagnose.ts';
import type { listenForHttp } from './composition/server/listen-for-http.ts';
import type { LiveApp } from './composition/live-app.ts';
import type { AppOptions } from './composition/options.ts';
import type { Config } from './config/schema/config-schema.ts';
import type { ConfigState } from './core/config-state.ts';
import type { Log } from './core/telemetry/log.ts';
import type { IdKind } from './core/new-id.ts';
import type { LedgerStore } from './core/stores/stores.ts';
import type { Engine } from './engine/engine.ts';
import type { HookChange, HookCommand } from './files/git/pre-commit-hook.ts';
import type { Simulator } from './simulator/server.ts';
import type { SimulatorOptions } from './simulator/state.ts';

export type { HookCommand } from './files/git/pre-commit-hook.ts';
export type { LiveApp } from './composition/live-app.ts';
export type { AppOptions } from './composition/options.ts';
export { offeredTools } from './composition/tools/offered-tools.ts';
export { openLog } from './telemetry/open-log.ts';
export { tools } from './tools/index.ts';
export { argumentMeaning } from './tools/offer/argument-meanings.ts';

/**
 * Opens an app whose configuration may change while the process runs. The code is loaded on the call, so that commands
 * that need less start faster.
 */
export async function openLiveApp(options: AppOptions): Promise<LiveApp> {
  return (await import('./composition/live-app.ts')).openLiveApp(options);
}

/**
 * Loads the code of an app before `openLiveApp`, in pieces, so that a server that is already listening can answer in
 * between.
 */
export async function loadInTurns(): Promise<void> {
  return (await import('./composition/load-in-turns.ts')).loadInTurns();
}

/** Runs the checks of `conclave doctor`. */
export async function diagnose(options: AppOptions): ReturnType<typeof Diagnose> {
  return (await import('./composition/diagnosis/diagnose.ts')).diagnose(options);
}

/** Returns the names of the environment variables that provider keys and addresses are read from. */
export async function keyVariables(env: AppOptions['env']): Promise<string[]> {
  return (await import('./composition/key-variables.ts')).keyVariables(env);
}

/** Starts the simulated providers on their own. Loaded on the call, because most starts do not need them. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  return (await import('./composition/start-simulator.ts')).startSimulator(options);
}

/**
 * Everything that Conclave can do, as named services. A surface parses its input, calls one of these and writes the
 * result.
 */
export interface App {
  readonly config: Config;
  readonly configPath?: string;
  /** The configuration in use now, even if this app was built from an older one. */
  configState(): ConfigState;
  readonly home: string;
  /** Set if simulated models run in this process. */
  readonly simulatorUrl?: string;
  readonly models: AppModels;
  readonly wire: AppWire;
  /** Runs every model call. */
  readonly engine: Engine;
  /** Reads what calls did and cost; only calls themselves write it. */
  readonly ledger: Pick<LedgerStore, 'show' | 'recent' | 'children' | 'descendants' | 'costs'>;
  readonly overview: AppOverview;
  readonly keys: AppKeys;
  readonly calls: AppCalls;
  readonly router: AppRouter;
  readonly tools: AppTools;
  readonly roots: AppRoots;
  /** Installs or removes a pre-commit hook that reviews every commit in this repository. */
  readonly preCommitHook: {
    install(command: HookCommand): Promise<HookChange>;
    remove(): Promise<HookChange>;
  };
  readonly server: {
    readonly listen: typeof listenForHttp;
    /** How many processes serve, including this one. */
    readonly processes: number;
    readonly metrics: AppMetrics;
    readonly deployments: AppDeployments;
  };
  readonly log: Log;
  readonly newId: (kind: IdKind) => string;
  /** Resolves if the store answers and has accepted the last write. @throws ConclaveError `storage` otherwise. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Builds Conclave from its configuration. Books, keys and connections last; everything else follows from one
 * configuration.
 * @throws ConclaveError `configuration`, in one line that names the place and the fix, with nothing changed on disk.
 */
export async function createApp(options: AppOptions): Promise<App> {
  return (await openLiveApp(options)).current;
}
