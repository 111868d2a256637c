import type { AnswerAcceptance } from '../core/routing/acceptance/acceptance.ts';
import type { Call, Principal, Reply } from '../core/call.ts';
import type { CallObserver } from '../core/telemetry/call-observer.ts';
import type { CallTracer } from '../core/telemetry/call-tracer.ts';
import type { Catalogue } from '../core/catalogue.ts';
import type { Classify, ModelClassifier } from '../core/routing/request/classification.ts';
import type { DialectId } from '../core/wire/content.ts';
import type { Dialect } from '../core/wire/dialect.ts';
import type { InputGuardrail, OutputGuardrail, ReplyCache, Scorer } from '../core/extension-points.ts';
import type { Log } from '../core/telemetry/log.ts';
import type { MediaFetcher } from '../core/wire/media.ts';
import type { Model } from '../core/model.ts';
import type { QualityEstimates } from '../core/routing/quality/quality-estimates.ts';
import type { KindOfWork } from '../core/routing/request/request-features.ts';
import type { Policy } from '../core/routing/plan/plan.ts';
import type { RequestFeatures } from '../core/routing/request/request-features.ts';
import type { RoutingPreferences } from '../core/routing/preferences/routing-preferences.ts';
import type { BalanceStrategy } from '../core/routing/plan/balance.ts';
import type { Price } from '../core/money/price.ts';
import type { Deployment } from '../core/deployment.ts';
import type { AuthScheme } from '../core/provider.ts';
import type { RateLimits } from '../core/money/rate-limits.ts';
import type { DataPolicy } from '../core/routing/preferences/provider-preferences.ts';
import type { LedgerStore } from '../core/stores/stores.ts';
import type { IncomingReply, OutgoingBody, Transport } from '../core/wire/transport.ts';
import type { Ms, Tokens } from '../core/units.ts';

/**
 * What the engine depends on. Everything with a lifetime belongs to the composition root, which closes it.
 * A function takes only the services that it uses.
 */
export type EngineServices = ModelSupply &
  Codecs &
  Router &
  ProviderAccess &
  Bookkeeping &
  Plugins &
  Admission &
  Clock &
  Randomness &
  Logging & {
    readonly newId: (kind: 'req' | 'trace') => string;
    /**
     * Counts the tokens of a text of any length without blocking other calls. Loaded only if an estimate is not enough.
     */
    readonly countTokens: (text: string) => Promise<Tokens>;
    readonly settings: EngineSettings;
  };

/** The models, and where they can be asked. */
export type ModelSupply = {
  readonly catalogue: Catalogue;
  readonly deploymentsOf: (model: Model) => readonly Deployment[];
  /** Models to try after `model` when the caller left the choice open. */
  readonly defaultChain: (model: Model) => readonly Model[];
};

/** The wire formats that this build has a codec for. */
export type Codecs = {
  readonly dialects: ReadonlyMap<DialectId, Dialect>;
  /** Dialects for calls that ask for embeddings. */
  readonly embedders: ReadonlyMap<DialectId, Dialect>;
};

/** What chooses a model for a call that leaves the choice open. */
export type Router = {
  readonly policyFor: (features: RequestFeatures) => Policy;
  /** Guesses what a call is for if its caller does not say. */
  readonly classify?: Classify;
  /** Asks a small model if the wording is not conclusive; absent: only the wording is used. */
  readonly classifier?: ModelClassifier;
  /** Learned quality of models for the kind of work that a call is. */
  readonly qualityOf: (work: KindOfWork, keyId: string) => QualityEstimates;
  /** Whether what all processes on the store have learned was read recently, or could not be read. */
  readonly knowsLearned: () => boolean;
  /** Reads what was learned or pinned since; also resolves if that takes too long. */
  readonly recallLearned: () => Promise<void>;
};

/** What a request to a provider needs on its way, and its reply. */
export type ProviderAccess = {
  readonly transport: Transport;
  /** Adds the credential of a deployment to a request that is about to leave. */
  readonly authorize: (
    request: UnsignedRequest,
    deployment: Deployment,
  ) => Promise<Record<string, string>> | Record<string, string>;
  /** Fetches media for providers that accept only bytes; absent: no media may be fetched. */
  readonly fetchMedia?: MediaFetcher;
  /** Reads a provider's rate limits from the headers of its reply. */
  readonly readRateLimits: (headers: IncomingReply['headers']) => RateLimits;
};

/** Where calls are recorded. */
export type Bookkeeping = {
  readonly ledger: LedgerStore;
  readonly observer: CallObserver;
  /** Absent: calls are not traced. */
  readonly tracer?: CallTracer;
  /** Price of the best frontier model, to compute savings against it. */
  readonly frontierPrice?: Price;
};

/** What looks at requests and answers on their way, each in its own file. */
export type Plugins = {
  readonly caches: readonly ReplyCache[];
  readonly inputGuardrails: readonly InputGuardrail[];
  readonly outputGuardrails: readonly OutputGuardrail[];
  readonly scorers: readonly Scorer[];
  /** Judges answers between the steps of a cascade. */
  readonly acceptance: AnswerAcceptance;
};

/** The rate limits of virtual keys. */
export type Admission = {
  /** Counts a call against its key's rate limits. @throws ConclaveError `rate_limited`. */
  readonly admit: (principal: Principal, tokens: Tokens, now: Ms) => Promise<void> | undefined;
  /** Like `admit`, but counts nothing. */
  readonly mayAdmit: Admission['admit'];
};

/** Runs a call through the whole pipeline; also used for the child calls of a call. */
export type Runner = { readonly run: (call: Call) => Promise<Reply> };

export type Clock = { readonly now: () => Ms };

/** 0 ≤ x < 1, for jitter. */
export type Randomness = { readonly random: () => number };

export type Logging = { readonly log: EngineLog };

export type EngineLog = Pick<Log, 'warn' | 'error'>;

/** A request to a provider, before its credential is added. */
export type UnsignedRequest = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: OutgoingBody;
  /** How this address expects the credential, if it differs from the provider's usual way. */
  readonly auth?: AuthScheme;
};

export type EngineSettings = {
  /** Retries at the same deployment, for failures that may be transient. */
  readonly retries: number;
  readonly timeouts: {
    readonly connectMs: Ms;
    readonly firstByteMs: Ms;
    /**
     * Replaces `firstByteMs` for an unstreamed answer, whose first byte arrives when it is complete. Absent: only
     * `totalMs` applies.
     */
    readonly wholeAnswerMs?: Ms | undefined;
    readonly idleMs: Ms;
    /**
     * Replaces `firstByteMs` and `idleMs` if it is larger and the model may be thinking, or runs on the user's own
     * machine. Absent: five times `idleMs`.
     */
    readonly thinkingMs?: Ms | undefined;
    readonly totalMs: Ms;
  };
  /** Patterns of model ids (`anthropic/*`) and what to try after them; the first match replaces the default chain. */
  readonly fallbacks: Readonly<Record<string, readonly string[]>>;
  /** Answer tokens to reserve if the caller sets no limit. */
  readonly reserveOutputTokens: Tokens;
  /** How long a stream's head waits for content before it is sent without any. */
  readonly holdHeadMs: Ms;
  readonly keepBodies: boolean;
  /** Routing preferences of the config; a key's own preferences take precedence. */
  readonly preferences: RoutingPreferences;
  readonly balance: BalanceSettings;
  /** Where data may go, for every caller. */
  readonly allow: DataPolicy | undefined;
  /**
   * Keys may refer to stored answers and conversations that this Conclave did not create. The machine's own key always
   * may.
   */
  readonly foreignIds: boolean;
  /** No real provider can be asked: calls that reach no provider count as simulated too. */
  readonly simulatedOnly: boolean;
};

/** How calls are distributed over the deployments of one model. */
export type BalanceSettings = {
  readonly strategy: BalanceStrategy;
  /** A conversation returns to the deployment where its prompt is cached. */
  readonly sticky: boolean;
  /** How long a call waits for capacity if every deployment is at its limit. */
  readonly queueMs: Ms;
};

/** Some of the settings, for a function that reads no others. */
export type SettingsOf<Name extends keyof EngineSettings> = {
  readonly settings: Pick<EngineSettings, Name>;
};
