import type { TraceContext } from './call-tracer.ts';
import type { Classification } from './routing/classification.ts';
import type { DialectId, Message } from './wire/content.ts';
import type { JsonObject } from './json/json.ts';
import type { Model } from './model.ts';
import type { AnswerCheck } from './routing/acceptance.ts';
import type { KeyRouting } from './routing/routing-preferences.ts';
import type { Plan } from './routing/plan.ts';
import type { ModelRequest } from './wire/request.ts';
import type { Secret } from './provider.ts';
import type { DataPolicy, ProviderPreferences } from './routing/provider-preferences.ts';
import type { JsonMember } from './json/top-level-members.ts';
import type { StreamPart } from './wire/stream-part.ts';
import type { TaskType, Tier } from './task.ts';
import type { Ms, NanoUsd, Usd } from './units.ts';
import type { Usage } from './money/usage.ts';

/** The doors of an installation. */
export type Surface = 'http' | 'mcp' | 'cli' | 'library';

/** On whose account a call runs. */
export type Principal = {
  readonly keyId: string;
  readonly name: string;
  /** Patterns of model ids that the key may use (`*` matches anything); absent: all. */
  readonly models?: readonly string[];
  readonly tags?: readonly string[];
  /** Where the key's data may go, beside what the config allows. */
  readonly allow?: DataPolicy;
  /** Requests and tokens per minute that the key may use; absent: unlimited. */
  readonly rpm?: number;
  readonly tpm?: number;
  /** How the key's calls are routed, where it says; precedes the config. */
  readonly routing?: KeyRouting;
  /** A hard budget: every call of the key must have a known upper bound. */
  readonly hardBudget: boolean;
  readonly admin: boolean;
  /** The key of this machine, whose user the provider accounts belong to. */
  readonly owner?: true;
};

/** What the caller will not go beyond. */
export type CallLimits = {
  readonly maxCostUsd?: Usd;
  readonly maxLatencyMs?: Ms;
  readonly tier?: Tier;
  /** Families that may not answer: whoever judges a text is no relative of its author. Holds for fallbacks too. */
  readonly otherFamilyThan?: readonly string[];
};

/** Money that a parent set aside before its first call, for all of them. */
export type Reservation = {
  /** The row that holds it. */
  readonly id: string;
  /** Where a budget does not hold the dearest way of every call: what each may cost. Dearer candidates are left out. */
  readonly mostPerCall?: NanoUsd;
  /**
   * Promises a part of it to one call; `false` where less is left, and then the call sets its own aside. Without it the
   * reservation is known to cover whatever its calls can cost.
   */
  readonly claim?: (amount: NanoUsd) => boolean;
  /** Returns what a call was promised and did not spend. */
  readonly giveBack?: (amount: NanoUsd) => void;
};

/** One piece of work for the engine, whoever brings it. */
export type Call = {
  readonly request: ModelRequest;
  /** The client's own bytes; with them a provider of the same dialect is relayed to, not translated for. */
  readonly raw?: RawRequest;
  /**
   * Words the same messages for the model that is asked. `request.messages` must be the longest wording: windows and
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
  readonly limits: CallLimits;
  /** The caller waits for the end, also where the answer is asked for as a stream. */
  readonly collected?: boolean;
  /** Models to try after the asked one, or, beside an open choice, to choose from. */
  readonly models?: readonly string[];
  readonly providerWishes?: ProviderPreferences;
  /** The caller's own credentials, by provider id: sent to that provider's address, and kept nowhere. */
  readonly callerKeys?: ReadonlyMap<string, Secret>;
  /** The policy of an open choice; precedes that of key and config. */
  readonly policy?: string;
  /** Makes every `hint` field required. */
  readonly strict?: boolean;
  readonly signal: AbortSignal;
  readonly traceId: string;
  /** The caller's own trace, which goes on at the provider. */
  readonly traceContext?: TraceContext;
  readonly parentId?: string;
  /** Asked to serve the call above it, as a step of a cascade is: who asks the best model alone makes no such call. */
  readonly auxiliary?: true;
  /** Whoever makes it goes on without its answer: what one would have to wait for is not waited for. */
  readonly dispensable?: true;
  /** What the caller checks answers with, in a cascade. */
  readonly check?: AnswerCheck;
  /** Set by a parent that has decided already where this call may go: nothing is routed, nor counted, again. */
  readonly decided?: Plan;
  /** Set by a parent that has guessed already what this is for: it is the same work. */
  readonly classified?: Classification;
  /** Set by a parent that reserved for its children. */
  readonly reservation?: Reservation;
  /** Told how the call ended, whichever way, before whoever waits for it goes on. */
  readonly onSettled?: (outcome: CallOutcome) => void;
};

/** Whether the caller has nothing of the answer before its end. */
export function isWaitedFor({ request, collected = false }: Pick<Call, 'request' | 'collected'>): boolean {
  return !request.stream || collected;
}

export type RawRequest = {
  readonly dialect: DialectId;
  readonly bytes: Uint8Array;
  readonly body: JsonObject;
  /** Where the body's members stand in its bytes, where that is known. */
  readonly members?: readonly JsonMember[];
  /** Members of the body that are for Conclave; a provider that chooses sellers itself is sent some of them. */
  readonly ours?: readonly string[];
  /** Headers of the client that may cross to a provider of the same dialect (beta flags). */
  readonly headers: Readonly<Record<string, string>>;
};

/** What is known when the first byte goes out. */
export type ReplyHead = {
  readonly requestId: string;
  /** The id of the model that answers. */
  readonly model: string;
  readonly provider: string;
  readonly simulated: boolean;
  readonly attempts: number;
  readonly warnings: readonly string[];
  /** The provider's own response headers that may cross. */
  readonly headers: Readonly<Record<string, string>>;
};

/** How a call ended, once its ledger row is settled. */
export type CallOutcome = {
  readonly requestId: string;
  readonly state: CallState;
  /** The HTTP status of the failure that ended it; absent: it ended well. */
  readonly errorStatus?: number;
  readonly model?: string;
  readonly provider?: string;
  readonly usage: Usage;
  /** Absent: the price is unknown. */
  readonly cost?: NanoUsd;
  /** What the caller paid with a key of its own. */
  readonly callerCost?: NanoUsd;
  /** What the same tokens would have cost on the best frontier model; absent where its price is unknown. */
  readonly frontierCost?: NanoUsd;
  readonly estimated: boolean;
  readonly simulated: boolean;
  readonly attempts: number;
  /** Models that were asked and gave no answer; absent: none. */
  readonly failedModels?: readonly string[];
  readonly warnings: readonly string[];
  /** What the caller's own check says of the answer; absent: there is none, or nobody made it. */
  readonly checkPassed?: boolean;
};

/** `refused`: by us, before any provider. `truncated`: cut after content had gone out. `interrupted`: Conclave died. */
export type CallState = 'running' | 'ok' | 'failed' | 'refused' | 'cancelled' | 'truncated' | 'interrupted';

/**
 * An answer on its way. Both kinds stream and both are settled in the ledger before their last item arrives;
 * stopping to read early cancels the call. A failure before the first content throws from `engine.run`; a later one
 * arrives as an `error` part, or, relayed, as bytes that the surface's own dialect wrote.
 */
export type Reply =
  | {
      readonly kind: 'relay';
      readonly head: ReplyHead;
      readonly bytes: AsyncIterable<Uint8Array>;
      readonly settled: Promise<CallOutcome>;
    }
  | {
      readonly kind: 'parts';
      readonly head: ReplyHead;
      readonly parts: AsyncIterable<readonly StreamPart[]>;
      /** Nobody has begun to answer: the head goes out because it has been held for long enough. */
      readonly waiting?: true;
      readonly settled: Promise<CallOutcome>;
    };
