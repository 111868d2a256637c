import type { ConclaveError } from '../core/errors.ts';
import type { AnswerAcceptance } from '../core/routing/acceptance.ts';
import type { Call, Principal, Reply } from '../core/call.ts';
import type { CallObserver } from '../core/call-observer.ts';
import type { CallTracer } from '../core/call-tracer.ts';
import type { Catalogue } from '../core/catalogue.ts';
import type { Classify, ModelClassifier } from '../core/routing/classification.ts';
import type { DialectId } from '../core/wire/content.ts';
import type { Dialect } from '../core/wire/dialect.ts';
import type { InputGuardrail, OutputGuardrail, ReplyCache, Scorer } from '../core/extension-points.ts';
import type { Log } from '../core/log.ts';
import type { MediaFetcher } from '../core/wire/media.ts';
import type { Model } from '../core/model.ts';
import type { KindOfWork, QualityEstimates } from '../core/routing/quality-estimates.ts';
import type { Policy, RequestFeatures } from '../core/routing/plan.ts';
import type { RoutingPreferences } from '../core/routing/routing-preferences.ts';
import type { BalanceStrategy } from '../core/routing/balance.ts';
import type { Price } from '../core/money/price.ts';
import type { AuthScheme, Deployment } from '../core/provider.ts';
import type { RateLimits } from '../core/money/rate-limits.ts';
import type { DataPolicy } from '../core/routing/provider-preferences.ts';
import type { LedgerStore } from '../core/stores/stores.ts';
import type { IncomingReply, OutgoingBody, Transport } from '../core/wire/transport.ts';
import type { Ms, Tokens } from '../core/units.ts';
import type { EngineMemory } from './engine-memory.ts';

import type { Ending } from './row/settle-call.ts';
import type { Intent } from './row/intent-row.ts';
import type { CallNotes } from './row/call-notes.ts';
import type { CallDeadline } from './attempts/call-deadline.ts';
import type { CallTrace } from '../core/call-tracer.ts';
import type { CallOutcome } from '../core/call.ts';
import type { OpenResult } from '../core/stores/stores.ts';
import type { NanoUsd } from '../core/units.ts';
import type { Plan } from '../core/routing/plan.ts';
import type { Choice } from './routing/choice.ts';

/** What the engine is built from. Everything with a lifetime belongs to the composition root, which closes it. */
export type EngineParts = {
  readonly catalogue: Catalogue;
  readonly deploymentsOf: (model: Model) => readonly Deployment[];
  readonly dialects: ReadonlyMap<DialectId, Dialect>;
  /** The same for calls that ask for vectors. */
  readonly embedders: ReadonlyMap<DialectId, Dialect>;
  /** The policy of a call that leaves the choice open. */
  readonly policyFor: (features: RequestFeatures) => Policy;
  /** Guesses what a call is for where its caller does not say. */
  readonly classify?: Classify;
  /** Asks a small model where the words are not sure; absent: the words have to do. */
  readonly classifier?: ModelClassifier;
  /** What has been learned of models at the kind of work that a call is. */
  readonly qualityOf: (work: KindOfWork) => QualityEstimates;
  /** Whether what was learned before this process began has been read, or could not be. */
  readonly knowsLearned: () => boolean;
  /** Reads it; resolves where that takes too long, too. */
  readonly recallLearned: () => Promise<void>;
  readonly ledger: LedgerStore;
  readonly transport: Transport;
  readonly observer: CallObserver;
  /** Absent: nobody follows calls. */
  readonly tracer?: CallTracer;
  readonly caches: readonly ReplyCache[];
  readonly inputGuardrails: readonly InputGuardrail[];
  readonly outputGuardrails: readonly OutputGuardrail[];
  readonly scorers: readonly Scorer[];
  /** Looks at answers between the steps of a cascade. */
  readonly acceptance: AnswerAcceptance;
  /** Counts a call against its key's rate limits. @throws ConclaveError `rate_limited`. */
  readonly admit: (principal: Principal, tokens: Tokens, now: Ms) => Promise<void> | undefined;
  /** The same, and nothing is counted. */
  readonly mayAdmit: EngineParts['admit'];
  /** Models to try after `model` when the caller left the choice open. */
  readonly defaultChain: (model: Model) => readonly Model[];
  /** Adds the credential of a deployment to a request that is about to leave. */
  readonly authorize: (
    request: UnsignedRequest,
    deployment: Deployment,
  ) => Promise<Record<string, string>> | Record<string, string>;
  /** Fetches media for providers that take bytes only; absent: nobody may. */
  readonly fetchMedia?: MediaFetcher;
  /** Counts the tokens of a text, however long, while others are served; loaded where an estimate will not do. */
  readonly countTokens: (text: string) => Promise<Tokens>;
  /** What the headers of a provider's reply say of its limits. */
  readonly readRateLimits: (headers: IncomingReply['headers']) => RateLimits;
  /** Price of the best frontier model, for the saving against it. */
  readonly frontierPrice?: Price;
  readonly settings: EngineSettings;
  readonly now: () => Ms;
  readonly newId: (kind: 'req' | 'trace') => string;
  /** 0 ≤ x < 1, for jitter. */
  readonly random: () => number;
  readonly log: EngineLog;
};

/** A request to a provider before it carries a credential. */
export type UnsignedRequest = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: OutgoingBody;
  /** How its address wants the credential, where that is not the provider's own way. */
  readonly auth?: AuthScheme;
};

export type EngineLog = Pick<Log, 'warn' | 'error'>;

export type EngineSettings = {
  /** Further tries at the same deployment, for failures that may pass. */
  readonly retries: number;
  readonly timeouts: {
    readonly connectMs: Ms;
    readonly firstByteMs: Ms;
    /** `firstByteMs` of an answer that is waited for as a whole, whose first byte is its end. Absent: `totalMs` ends it. */
    readonly wholeAnswerMs?: Ms | undefined;
    readonly idleMs: Ms;
    /** Instead of `firstByteMs` and `idleMs`, where it is more and the model may be thinking. Absent: five times `idleMs`. */
    readonly thinkingMs?: Ms | undefined;
    readonly totalMs: Ms;
  };
  /** Patterns of model ids (`anthropic/*`) and what to try after them; the first match replaces the default chain. */
  readonly fallbacks: Readonly<Record<string, readonly string[]>>;
  /** Answer tokens to reserve for where the caller gives no limit. */
  readonly reserveOutputTokens: Tokens;
  /** How long a stream's head waits for content before it goes out without. */
  readonly holdHeadMs: Ms;
  readonly keepBodies: boolean;
  /** What the config says of routing; a key's own preferences precede it. */
  readonly preferences: RoutingPreferences;
  readonly balance: BalanceSettings;
  /** Where data may go, whoever asks. */
  readonly allow: DataPolicy | undefined;
  /** Keys may name stored answers and conversations that nobody was given here. The machine's own key always may. */
  readonly foreignIds: boolean;
  /** Nobody real can be asked: calls that reach nobody count as simulated too. */
  readonly simulatedOnly: boolean;
};

/** How calls are shared out among the deployments of one model. */
export type BalanceSettings = {
  readonly strategy: BalanceStrategy;
  /** A conversation goes back to where its prompt is cached. */
  readonly sticky: boolean;
  /** How long a call waits for room where every deployment is at its limit. */
  readonly queueMs: Ms;
};

/** What the stages share: the parts, and the state that outlives a call. */
export type EngineContext = EngineParts &
  EngineMemory & {
    /** The engine's own door: what a call asks in its turn goes the same road. */
    readonly run: (call: Call) => Promise<Reply>;
  };

/** Where a call may go: the plan, and the features that it was made from. */
export type Route = {
  readonly call: Call;
  readonly features: RequestFeatures;
  readonly plan: Plan;
  readonly choice: Choice;
  /** The output limit of the request is Conclave's, set for a hard budget: the caller named none. */
  readonly limitAdded?: true;
};

/**
 * The ledger row of one call, from before its first check to after its last byte. Stages leave what they learn here;
 * whichever way the call ends, the row is written once.
 */
export type CallRecord = CallNotes & {
  readonly id: string;
  readonly call: Call;
  readonly startedAt: Ms;
  readonly deadline: CallDeadline;
  readonly trace: CallTrace | undefined;
  readonly settled: Promise<CallOutcome>;
  /** Commits the intent and its reservation. */
  open(intent: Intent): Promise<OpenResult>;
  /** Sets more aside beside the reservation, out of a parent's where there is one that has it. */
  holdMore(amount: NanoUsd): Promise<OpenResult>;
  /** The row whose reservation pays for this call, and for those that it makes: a parent's or its own. */
  payer(): string;
  /** Ends the row; later calls change nothing. Resolves once it is committed. */
  finish(ending: Ending): Promise<void>;
  /** Ends the row of a call that came to nothing, and makes of whatever was thrown what its caller is told. */
  failed(thrown: unknown): Promise<ConclaveError>;
};
