import type { FoundProvider } from './config/discover-providers.ts';
import type { Config, ConfigInput } from './config/schema.ts';
import type { ProviderNames } from './core/routing/provider-preferences.ts';
import type { Feedback } from './composition/give-feedback.ts';
import type { RouterTraining } from './composition/train-router.ts';
import type { WhatIf } from './composition/open-what-if.ts';
import type { diagnose as Diagnose } from './composition/diagnose.ts';
import type { LiveApp } from './composition/live-app.ts';
import type { PrepareVerification } from './composition/prepare-verification.ts';
import type { Principal } from './core/call.ts';
import type { AppMetrics } from './composition/app-metrics.ts';
import type { MetricFamily } from './core/call-observer.ts';
import type { ConfigState } from './core/config-state.ts';
import type { Catalogue } from './core/catalogue.ts';
import type { DialectId } from './core/wire/content.ts';
import type { Dialect } from './core/wire/dialect.ts';
import type { InputGuardrail, OutputGuardrail, ReplyCache, Scorer } from './core/extension-points.ts';
import type { HttpExchange } from './core/wire/http-exchange.ts';
import type { LLMProvider } from './core/wire/llm-provider.ts';
import type { IdKind } from './core/new-id.ts';
import type { Log, LogLevel } from './core/log.ts';
import type { Preview } from './core/routing/preview.ts';
import type { ModelRequest } from './core/wire/request.ts';
import type { KeyChange, KeySettings, LedgerStore, Store, VirtualKey } from './core/stores/stores.ts';
import type { StreamPart } from './core/wire/stream-part.ts';
import type { Answer, Question } from './engine/ask.ts';
import type { Engine } from './engine/engine.ts';
import type { RequestSize } from './engine/routing/measure-request.ts';
import type { StreamedText } from './engine/replies/stream-text.ts';
import type { HookChange, HookCommand } from './files/git/pre-commit-hook.ts';
import type { narrowRoots, Roots } from './files/roots.ts';
import type { LearnedRouting } from './learning/estimates/learned-routing.ts';
import type { KeyRing } from './money/key-ring.ts';
import type { PromptBook } from './prompts/prompt-book.ts';
import type { formatFindings } from './tools/findings/format-findings.ts';
import type { fitText } from './tools/asking/fit-text.ts';
import type { readToolInput } from './tools/offer/read-tool-input.ts';
import type { ToolCaller } from './tools/offer/tool-context.ts';
import type { Simulator } from './simulator/server.ts';
import type { SimulatorOptions } from './simulator/state.ts';
import type { Tool, ToolContext } from './tools/offer/tool.ts';
import type { HttpServer, HttpServerOptions } from './transport/http-in.ts';

export type { HookCommand } from './files/git/pre-commit-hook.ts';
export type { LiveApp } from './composition/live-app.ts';
export { offeredTools } from './composition/offered-tools.ts';
export { openLog } from './telemetry/open-log.ts';
export { tools } from './tools/index.ts';

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
  return (await import('./composition/diagnose.ts')).diagnose(options);
}

/** Returns the names of the environment variables that provider keys and addresses are read from. */
export async function keyVariables(env: AppOptions['env']): Promise<string[]> {
  return (await import('./composition/key-variables.ts')).keyVariables(env);
}

/** Starts the simulated providers on their own. Loaded on the call, because most starts do not need them. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  return (await import('./simulator/server.ts')).startSimulator(options);
}

export type AppOptions = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Configuration file. Default: `CONCLAVE_CONFIG`, else `conclave.yaml` if it exists. */
  readonly configPath?: string;
  /** Configuration object, used instead of a file. */
  readonly config?: ConfigInput;
  /** Providers defined by a library user. */
  readonly providers?: readonly LLMProvider[];
  readonly simulate?: boolean;
  /** Opens only the ledger and keys: no provider is discovered and no model can be called. */
  readonly offline?: boolean;
  /** Answer from the replies recorded in this folder. */
  readonly replay?: string;
  /** Record the provider replies of this process in this folder. */
  readonly record?: string;
  readonly extensions?: Extensions;
  /** `json` for servers. Default: plain lines, warnings and errors only. */
  readonly logFormat?: 'json' | 'plain';
  /** Overrides `log.level` of the configuration. */
  readonly logLevel?: LogLevel;
  /** Returns the URL of simulated providers that already run elsewhere, so that none are started here. */
  readonly simulator?: () => Promise<string>;
  /** How many processes serve, including this one. Each uses its share of every deployment's limits. Default: 1. */
  readonly processes?: number;
  /** Metrics of the other processes that serve alongside this one. */
  readonly siblingMetrics?: () => Promise<readonly (readonly MetricFamily[])[]>;
};

/** Extension points that a program may fill. */
export type Extensions = {
  readonly caches?: readonly ReplyCache[];
  readonly inputGuardrails?: readonly InputGuardrail[];
  readonly outputGuardrails?: readonly OutputGuardrail[];
  readonly scorers?: readonly Scorer[];
};

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
  readonly found: readonly FoundProvider[];
  readonly catalogue: Catalogue;
  readonly dialects: ReadonlyMap<DialectId, Dialect>;
  /** Dialects for embedding calls. */
  readonly embedders: ReadonlyMap<DialectId, Dialect>;
  readonly engine: Engine;
  /** Provider names that a request may use. */
  readonly providerNames: ProviderNames;
  readonly policyNames: readonly string[];
  readonly ledger: LedgerStore;
  readonly store: Store;
  readonly keyRing: KeyRing;
  /** This machine's own key; created, with its file, on first use. */
  localKey(): Promise<string>;
  /** Warns if the mode or quality of a key has no effect here, and says why. */
  unheardAim(routing: KeySettings['routing']): string | undefined;
  /** Creates a virtual key; the key itself is returned only here. */
  issueKey(settings: KeySettings): Promise<{ readonly key: string; readonly stored: VirtualKey }>;
  /**
   * Changes the given settings of a key, in this process at once and in others within ten seconds. Resolves with the
   * updated key.
   */
  changeKey(key: Pick<VirtualKey, 'id'>, change: KeyChange): Promise<VirtualKey>;
  /** What the router learned, and its snapshots. */
  readonly router: LearnedRouting;
  /** Refits the predictions of task and difficulty on the ledger's own calls; `since` as in `conclave costs`. */
  trainRouter(options: { readonly since?: string | undefined }): Promise<RouterTraining>;
  /** Previews where a call of this machine's own user would go now. @throws ConclaveError as the call itself would. */
  route(question: Omit<Question, 'principal'>): Promise<Preview>;
  /** Replays of past calls under other conditions, and advice about routing. */
  readonly whatIf: WhatIf;
  /** Records a caller's feedback on an answer; the router learns from it. */
  feedback(said: Feedback): Promise<void>;
  /** Estimates the tokens of a request without calling a provider. */
  measure(request: ModelRequest): RequestSize;
  /** Listens for HTTP. @throws ConclaveError `configuration` if it cannot listen. */
  listen(options: ListenOptions): Promise<HttpServer>;
  readonly prompts: PromptBook;
  readonly tools: readonly Tool[];
  /** Returns one tool by name. @throws ConclaveError `permission` if the configuration disables it. */
  tool(name: string): Tool;
  /**
   * Validates the arguments of a tool.
   * @throws ConclaveError `invalid_request` naming the argument and the nearest valid one.
   */
  readonly readToolInput: typeof readToolInput;
  /**
   * Prepares the verification of a plain call's answer by another model family.
   * @throws ConclaveError for a call that cannot be verified, before any model is called.
   */
  readonly prepareVerification: PrepareVerification;
  readonly fitText: typeof fitText;
  /** Formats findings for other programs. */
  readonly formatFindings: typeof formatFindings;
  readonly log: Log;
  /** How many processes serve, including this one. */
  readonly processes: number;
  readonly metrics: AppMetrics;
  /** Set if simulated models run in this process. */
  readonly simulatorUrl?: string;
  readonly newId: (kind: IdKind) => string;
  /** Returns what one run of a tool may use, for the given caller. */
  toolContext(caller: ToolCaller): ToolContext;
  /** Installs or removes a pre-commit hook that reviews every commit in this repository. */
  readonly preCommitHook: {
    install(command: HookCommand): Promise<HookChange>;
    remove(): Promise<HookChange>;
  };
  /** Folders that tools may read for this machine's own user: the configured folders, else the working directory. */
  localRoots(): Promise<Roots>;
  /**
   * Folders for a command typed here: the repository around the working directory, unless the configuration has roots.
   */
  commandRoots(): Promise<Roots>;
  /** Intersects two sets of folders: a client may narrow what it can reach, never widen it. */
  readonly narrowRoots: typeof narrowRoots;
  /** Folders that tools may read for a key over HTTP: those the configuration grants it, else none. */
  grantedRoots(principal: Principal): Promise<Roots>;
  /** The principal of this machine's own user: MCP over stdio, command line, library. */
  localPrincipal(): Promise<Principal>;
  ask(question: Question): Promise<Answer>;
  stream(question: Question): Promise<AsyncIterable<readonly StreamPart[]>>;
  streamText(question: Question): Promise<StreamedText>;
  close(): Promise<void>;
}

export type ListenOptions = {
  readonly host: string;
  readonly port: number;
  /** Called whenever one of these settings is needed. */
  readonly settings: () => Pick<
    Config['server'],
    'allowedHosts' | 'maxBodyBytes' | 'drainMs' | 'stalledReaderMs'
  >;
  readonly isForAnyHost: NonNullable<HttpServerOptions['isForAnyHost']>;
  readonly serve: (exchange: HttpExchange) => Promise<void>;
  readonly describeError: NonNullable<HttpServerOptions['describeError']>;
};

/**
 * Builds Conclave from its configuration. Books, keys and connections last; everything else follows from one
 * configuration.
 * @throws ConclaveError `configuration`, in one line that names the place and the fix, with nothing changed on disk.
 */
export async function createApp(options: AppOptions): Promise<App> {
  return (await openLiveApp(options)).current;
}
