import type { FoundProvider } from './config/discover-providers.ts';
import type { Config, ConfigInput } from './config/schema.ts';
import type { ProviderNames } from './core/routing/provider-preferences.ts';
import type { Feedback } from './composition/give-feedback.ts';
import type { RouterTraining } from './composition/train-router.ts';
import type { WhatIf } from './composition/open-what-if.ts';
import type { diagnose as Diagnose } from './composition/diagnose.ts';
import type { LiveApp } from './composition/live-app.ts';
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
import type { AnswerVerifier } from './tools/verification/verify-answer.ts';
import type { Tool, ToolContext } from './tools/offer/tool.ts';
import type { HttpServer, HttpServerOptions } from './transport/http-in.ts';

export type { HookCommand } from './files/git/pre-commit-hook.ts';
export type { LiveApp } from './composition/live-app.ts';
export { offeredTools } from './composition/offered-tools.ts';
export { openLog } from './telemetry/open-log.ts';
export { tools } from './tools/index.ts';

/** As `createApp`, for a process in which the configuration may change. Everything is loaded at the call: a start that asks for less waits for less. */
export async function openLiveApp(options: AppOptions): Promise<LiveApp> {
  return (await import('./composition/live-app.ts')).openLiveApp(options);
}

/** Loads the code of an app ahead of `openLiveApp`, in pieces between which a server that already stands can answer. */
export async function loadInTurns(): Promise<void> {
  return (await import('./composition/load-in-turns.ts')).loadInTurns();
}

/** What `conclave doctor` says. */
export async function diagnose(options: AppOptions): ReturnType<typeof Diagnose> {
  return (await import('./composition/diagnose.ts')).diagnose(options);
}

/** Names of the variables in this environment that keys and places are read from. */
export async function keyVariables(env: AppOptions['env']): Promise<string[]> {
  return (await import('./composition/key-variables.ts')).keyVariables(env);
}

/** Starts the simulated providers by themselves; loaded at the call, because hardly any start needs them. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  return (await import('./simulator/server.ts')).startSimulator(options);
}

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
  /** Keep the replies of this process in this folder. */
  readonly record?: string;
  readonly extensions?: Extensions;
  /** `json` for a server and its collectors; default: plain lines, warnings and errors only. */
  readonly logFormat?: 'json' | 'plain';
  /** Instead of the configuration's `log.level`. */
  readonly logLevel?: LogLevel;
  /** Finds simulated models that run elsewhere, instead of starting them here. */
  readonly simulator?: () => Promise<string>;
  /** How many processes serve, this one among them; each takes its part of what a deployment may be asked. Default: 1. */
  readonly processes?: number;
  /** Metrics of the other processes that serve beside this one. */
  readonly siblingMetrics?: () => Promise<readonly (readonly MetricFamily[])[]>;
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
  /** Which configuration is in use now, even where this app is of an older one. */
  configState(): ConfigState;
  readonly home: string;
  readonly found: readonly FoundProvider[];
  readonly catalogue: Catalogue;
  readonly dialects: ReadonlyMap<DialectId, Dialect>;
  /** The same for calls that ask for vectors. */
  readonly embedders: ReadonlyMap<DialectId, Dialect>;
  readonly engine: Engine;
  /** What a request may write where it names a provider or a policy. */
  readonly providerNames: ProviderNames;
  readonly policyNames: readonly string[];
  readonly ledger: LedgerStore;
  readonly store: Store;
  readonly keyRing: KeyRing;
  /** This machine's own key; made, with its file, at the first use. */
  localKey(): Promise<string>;
  /** That the mode or the quality of such a key counts for nothing here, and why. */
  unheardAim(routing: KeySettings['routing']): string | undefined;
  /** Makes a virtual key; only this answer shows it. */
  issueKey(settings: KeySettings): Promise<{ readonly key: string; readonly stored: VirtualKey }>;
  /** Changes what is named about a key, here at once and in other processes within ten seconds. Resolves with how it is then. */
  changeKey(key: Pick<VirtualKey, 'id'>, change: KeyChange): Promise<VirtualKey>;
  /** What the router learned, and its snapshots. */
  readonly router: LearnedRouting;
  /** Fits the guesses of task and difficulty anew on the ledger's own calls; `since` as in `conclave costs`. */
  trainRouter(options: { readonly since?: string | undefined }): Promise<RouterTraining>;
  /** Where a call of this machine's own user would go now. @throws ConclaveError as the call itself would. */
  route(question: Omit<Question, 'principal'>): Promise<Preview>;
  /** What would have been, and what to do about routing. */
  readonly whatIf: WhatIf;
  /** A caller's word on an answer, from which the router learns. */
  feedback(said: Feedback): Promise<void>;
  /** Estimated tokens of a request, without asking anybody. */
  measure(request: ModelRequest): RequestSize;
  /** Listens for HTTP. @throws ConclaveError `configuration` when it cannot. */
  listen(options: ListenOptions): Promise<HttpServer>;
  readonly prompts: PromptBook;
  readonly tools: readonly Tool[];
  /** One of them. @throws ConclaveError `permission` for one that the configuration disables. */
  tool(name: string): Tool;
  /** Checks what somebody wrote for a tool. @throws ConclaveError `invalid_request` naming the argument and the nearest. */
  readonly readToolInput: typeof readToolInput;
  /** Has another family check the claims of a plain call's answer. */
  readonly verification: AnswerVerifier;
  readonly fitText: typeof fitText;
  /** Findings in a format that other programs read. */
  readonly formatFindings: typeof formatFindings;
  readonly log: Log;
  /** How many serve together, this one among them. */
  readonly processes: number;
  readonly metrics: AppMetrics;
  /** Set where simulated models run in this process. */
  readonly simulatorUrl?: string;
  readonly newId: (kind: IdKind) => string;
  /** What one run of a tool may use, for whoever calls it. */
  toolContext(caller: ToolCaller): ToolContext;
  /** Puts a review before every commit in this repository, or takes it away. */
  readonly preCommitHook: {
    install(command: HookCommand): Promise<HookChange>;
    remove(): Promise<HookChange>;
  };
  /** What this machine's own user lets tools read: the configured folders, else the working directory. */
  localRoots(): Promise<Roots>;
  /** The same for who types a command here: the repository around the working directory, unless the config has roots. */
  commandRoots(): Promise<Roots>;
  /** What is inside both: a client may narrow what it can reach, and never widen it. */
  readonly narrowRoots: typeof narrowRoots;
  /** What a key may have read over HTTP: the folders that the configuration grants it, else nothing. */
  grantedRoots(principal: Principal): Promise<Roots>;
  /** On whose account this machine's own user works: MCP over stdio, command line, library. */
  localPrincipal(): Promise<Principal>;
  ask(question: Question): Promise<Answer>;
  stream(question: Question): Promise<AsyncIterable<readonly StreamPart[]>>;
  streamText(question: Omit<Question, 'principal'>): Promise<StreamedText>;
  close(): Promise<void>;
}

export type ListenOptions = {
  readonly host: string;
  readonly port: number;
  /** Asked whenever one of them is needed. */
  readonly settings: () => Pick<
    Config['server'],
    'allowedHosts' | 'maxBodyBytes' | 'drainMs' | 'stalledReaderMs'
  >;
  readonly isForAnyHost: NonNullable<HttpServerOptions['isForAnyHost']>;
  readonly serve: (exchange: HttpExchange) => Promise<void>;
  readonly describeError: NonNullable<HttpServerOptions['describeError']>;
};

/**
 * Builds Conclave from its configuration: on a foundation that lasts (books, keys, connections), everything that
 * follows from one configuration.
 * @throws ConclaveError `configuration`, in one line that names place and remedy, with nothing changed on disk.
 */
export async function createApp(options: AppOptions): Promise<App> {
  return (await openLiveApp(options)).current;
}
