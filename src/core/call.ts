import type { TraceContext } from './telemetry/call-tracer.ts';
import type { Classification } from './routing/request/classification.ts';
import type { DialectId, Message } from './wire/content.ts';
import type { JsonObject } from './json/json.ts';
import type { ErrorCode } from './errors.ts';
import type { Model } from './model.ts';
import type { AnswerCheck } from './routing/acceptance/acceptance.ts';
import type { KeyRouting } from './routing/preferences/routing-preferences.ts';
import type { Plan } from './routing/plan/plan.ts';
import type { SharedCeiling } from './routing/request/shared-ceiling.ts';
import type { ModelRequest } from './wire/request.ts';
import type { Secret } from './credential.ts';
import type { DataPolicy, ProviderPreferences } from './routing/preferences/provider-preferences.ts';
import type { JsonMember } from './json/top-level-members.ts';
import type { StreamPart } from './wire/stream-part.ts';
import type { TaskType, Tier } from './task.ts';
import type { Ms, NanoUsd, Tokens, Usd } from './units.ts';
import type { Usage } from './money/usage.ts';

/** The ways into Conclave. */
export type Surface = 'http' | 'mcp' | 'cli' | 'library';

/** The virtual key that a call runs under. */
export type Principal = {
  readonly keyId: string;
  readonly name: string;
  /** Patterns of model ids that the key may use (`*` matches anything); absent: all. */
  readonly models?: readonly string[];
  readonly tags?: readonly string[];
  /** Restricts where the key's data may go, in addition to the config. */
  readonly allow?: DataPolicy;
  /** Requests and tokens per minute that the key may use; absent: unlimited. */
  readonly rpm?: number;
  readonly tpm?: number;
  /** The key's own routing settings; they take precedence over the config. */
  readonly routing?: KeyRouting;
  /** A budget of the key refuses unknown prices: every call must have a known upper bound on its cost. */
  readonly boundedCost: boolean;
  readonly admin: boolean;
  /** The key of the local user, who owns the provider accounts. */
  readonly owner?: true;
};

/** Limits set by the caller. */
export type CallLimits = {
  readonly maxCostUsd?: Usd;
  readonly maxLatencyMs?: Ms;
  readonly tier?: Tier;
  /** Model families that must not answer (a judge must not share the author's family); applies to fallbacks too. */
  readonly otherFamilyThan?: readonly string[];
};

/** Money that a parent call reserved before its first child call, for all of them. */
export type Reservation = {
  /** The ledger row that holds the reservation. */
  readonly id: string;
  /**
   * The most that each call may cost, if the budget cannot cover every call's most expensive route. More expensive
   * candidates are left out.
   */
  readonly maxPerCall?: NanoUsd;
  /**
   * Claims a part of the reservation for one call; returns `false` if too little is left, and the call then makes its
   * own reservation. Absent: the reservation covers whatever its calls can cost.
   */
  readonly claim?: (amount: NanoUsd) => boolean;
  /** Returns the part of a claim that its call did not spend. */
  readonly giveBack?: (amount: NanoUsd) => void;
};

/** What a call has from the call that it is made for. */
export type CallParent = {
  /** The parent's ledger row. */
  readonly id: string;
  /** What the parent reserved for its child calls. Absent: this call reserves for itself. */
  readonly reservation?: Reservation;
  /** Absent: a call of its own right, such as a member of a panel. */
  readonly step?: CallStep;
};

/**
 * A call that answers a part of its parent's request: a step of a cascade, a judge of an answer, or the classification of
 * the prompt. Its parent has routed it and counted it against rate limits; a direct call to the best model would not need
 * it.
 */
export type CallStep = {
  readonly plan: Plan;
  /** What its parent is for, if that was guessed and this call is for the same. */
  readonly classification?: Classification;
  /** Its parent can go on without it: it fails instead of waiting for capacity or retrying. */
  readonly isOptional: boolean;
};

/** One call for the engine, from any surface. */
export type Call = {
  readonly request: ModelRequest;
  /** The client's own bytes. A provider of the same dialect is sent these instead of a translation. */
  readonly raw?: RawRequest;
  /**
   * Adapts the messages to the model that is asked. `request.messages` must be the longest version: context windows and
   * reservations are measured on it.
   */
  readonly wording?: (model: Model) => readonly Message[];
  readonly principal: Principal;
  readonly surface: Surface;
  readonly tool?: string;
  readonly task?: TaskType;
  /** 0 (trivial) to 1 (hard); absent until something estimates it. */
  readonly difficulty?: number;
  readonly tags: readonly string[];
  readonly sessionId?: string;
  /** Why Conclave itself named `request.model`, as in "it is the thread's last model". Absent: the caller named it. */
  readonly modelReason?: string;
  readonly limits: CallLimits;
  /** The ceiling that `limits.maxCostUsd` is a part of. Absent: it is the caller's own. */
  readonly sharedCeiling?: SharedCeiling;
  /** The caller waits for the whole answer, even if the request asks for a stream. */
  readonly collected?: boolean;
  /** Models to try after the requested one or, for an open choice, the models to choose from. */
  readonly models?: readonly string[];
  readonly providerPreferences?: ProviderPreferences;
  /** The caller's own credentials, by provider id: sent only to that provider's address and never stored. */
  readonly callerKeys?: ReadonlyMap<string, Secret>;
  /** The policy of an open choice; takes precedence over those of key and config. */
  readonly policy?: string;
  /** Makes every `hint` field required. */
  readonly strict?: boolean;
  readonly signal: AbortSignal;
  readonly traceId: string;
  /** The caller's own trace, which is continued at the provider. */
  readonly traceContext?: TraceContext;
  /** The call that this one is made for. */
  readonly parent?: CallParent;
  /** The caller's own check of every answer. In a cascade, an answer that fails it leads to the next step. */
  readonly check?: AnswerCheck;
  /** Called when the call has ended, with or without an answer, before anything that waits for the call continues. */
  readonly onSettled?: (receipt: CallReceipt) => void;
};

/** Returns whether the caller receives nothing of the answer before its end. */
export function wantsWhole({ request, collected = false }: Pick<Call, 'request' | 'collected'>): boolean {
  return !request.stream || collected;
}

export type RawRequest = {
  readonly dialect: DialectId;
  readonly bytes: Uint8Array;
  readonly body: JsonObject;
  /** Positions of the body's members in its bytes, if known. */
  readonly members?: readonly JsonMember[];
  /** Members of the body that are meant for Conclave. Some are passed on to providers that are themselves routers. */
  readonly ours?: readonly string[];
  /** Headers of the client that may be passed to a provider of the same dialect (beta flags). */
  readonly headers: Readonly<Record<string, string>>;
};

/** What is known when the first byte is sent to the client. */
export type ReplyHead = {
  readonly requestId: string;
  /** The id of the answering model. */
  readonly model: string;
  readonly provider: string;
  readonly simulated: boolean;
  readonly attempts: number;
  readonly warnings: readonly string[];
  /** The provider's own response headers that may be passed on. */
  readonly headers: Readonly<Record<string, string>>;
};

/** What the caller is told of a call that has ended: how, by which model, at what cost. Its ledger row is its settlement. */
export type CallReceipt = {
  readonly requestId: string;
  readonly state: CallState;
  /** The HTTP status of the failure that ended the call; absent: it succeeded. */
  readonly errorStatus?: number;
  /** The code of that failure. */
  readonly errorCode?: ErrorCode;
  readonly model?: string;
  readonly provider?: string;
  readonly usage: Usage;
  /** Absent: the price is unknown. */
  readonly cost?: NanoUsd;
  /** What the caller paid with its own provider key. */
  readonly callerCost?: NanoUsd;
  /** The usage without what the caller paid with its own provider key. Absent: the caller paid nothing. */
  readonly usageOfOurs?: Usage;
  /** The whole cost is what the provider reports in the usage of the answer. Absent: it is not. */
  readonly costIsReported?: boolean;
  /** What the same tokens would have cost on the best frontier model; absent if its price is unknown. */
  readonly frontierCost?: NanoUsd;
  readonly estimated: boolean;
  readonly simulated: boolean;
  readonly attempts: number;
  /** The answer stopped at a limit: of its tokens, or of the model's window. Absent: it did not. */
  readonly isCut?: boolean;
  /** Models that were asked and failed; absent: none. */
  readonly failedModels?: readonly string[];
  readonly warnings: readonly string[];
  /** The result of the caller's own check; absent: there is none, or it was not run. */
  readonly checkPassed?: boolean;
};

/**
 * `refused`: by Conclave, before any provider was asked for the answer. `truncated`: cut off after content was sent.
 * `interrupted`: Conclave died.
 */
export type CallState = 'running' | 'ok' | 'failed' | 'refused' | 'cancelled' | 'truncated' | 'interrupted';

/**
 * An answer in progress. Both kinds stream, and both are settled in the ledger before their last item arrives; stopping
 * to read early cancels the call. A failure before the first content is thrown by `engine.run`; a later one arrives as
 * an `error` part or, in a relayed stream, as bytes written in the client's dialect.
 */
export type Reply =
  | {
      readonly kind: 'relay';
      readonly head: ReplyHead;
      readonly bytes: AsyncIterable<Uint8Array>;
      readonly settled: Promise<CallReceipt>;
    }
  | {
      readonly kind: 'parts';
      readonly head: ReplyHead;
      readonly parts: AsyncIterable<readonly StreamPart[]>;
      /** No provider has begun to answer: the head is sent because it has been held back long enough. */
      readonly waiting?: true;
      /** How many tokens its prompt is estimated to have. Absent: no provider is asked. */
      readonly promptEstimate?: Tokens;
      readonly settled: Promise<CallReceipt>;
    };
