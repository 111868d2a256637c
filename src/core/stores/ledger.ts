import type { CallState, Surface } from '../call.ts';
import type { DialectId } from '../wire/content.ts';
import type { ErrorCode } from '../errors.ts';
import type { OutcomeKind } from '../routing/quality/outcome-kinds.ts';
import type { RoutingDecision } from '../routing/decision/routing-decision.ts';
import type { TaskType, Tier } from '../task.ts';
import type { Ms, NanoUsd, Tokens } from '../units.ts';
import type { Usage } from '../money/usage.ts';

/** What is written before a provider is asked. */
export type IntentRow = {
  /** The request id that clients see: unique and ordered by time. */
  readonly id: string;
  readonly traceId: string;
  readonly parentId?: string;
  readonly startedAt: Ms;
  readonly surface: Surface;
  readonly tool?: string;
  readonly task?: TaskType;
  readonly difficulty?: number;
  /** The router's quantised features, with the version of their layout. */
  readonly features?: { readonly version: number; readonly bytes: Uint8Array };
  readonly tags: readonly string[];
  readonly keyId: string;
  readonly sessionId?: string;
  readonly requestedModel: string;
  readonly stream: boolean;
  readonly clientDialect?: DialectId;
  readonly decision?: RoutingDecision;
  /** Money held until the row is settled. */
  readonly reserved: NanoUsd;
  /** The call whose reservation pays for this one; `reserved` is then 0. */
  readonly reservationId?: string;
  /** The estimated cost of the prompt alone; an interrupted call is booked at this cost. */
  readonly inputEstimate: NanoUsd;
  /** The model that would be asked first, for which `inputEstimate` holds. Absent: none would. */
  readonly first?: PaidModel;
  readonly simulated: boolean;
};

/** What reports list money under. */
export type PaidModel = { readonly model: string; readonly provider: string; readonly tier?: Tier };

/** The requested model of a row that asked no model itself: its children did, and cost reports count only those. */
export const askedChildren = '(children)';

/** One attempt at one deployment. */
export type AttemptRow = PaidModel & {
  readonly deployment: string;
  readonly dialect: DialectId;
  readonly startedAt: Ms;
  readonly firstByteMs?: Ms;
  readonly durationMs: Ms;
  /** The provider's HTTP status, if it replied. */
  readonly status?: number;
  readonly outcome: 'ok' | 'failed' | 'cancelled' | 'truncated';
  readonly errorCode?: ErrorCode;
  readonly message?: string;
  readonly usage: Usage;
  /** The usage is Conclave's estimate, not the provider's count. */
  readonly estimated: boolean;
  /** Absent: the price is unknown. 0 if the caller paid. */
  readonly cost?: NanoUsd;
  /** What the caller paid with its own provider key, if the price is known. */
  readonly callerCost?: NanoUsd;
  /** The caller paid, at whatever price. Not stored. */
  readonly payer?: 'caller';
  /** The child call whose answer this is, and whose row has the request itself. Absent: this call made it. Not stored. */
  readonly madeBy?: string;
  /** Absent: the provider stores nothing that a later call could refer to. */
  readonly kept?: KeptAnswer;
  /** Encrypted reasoning of the answer. Written, but not read with the row: use `LedgerStore.makersOf`. */
  readonly thoughts?: readonly KeptThought[];
  readonly simulated: boolean;
};

/**
 * An answer that the provider stores, by its id, with the account that it was given to. The ids of its pieces are
 * written, but not read with the row: use `LedgerStore.keepersOf`.
 */
export type KeptAnswer = {
  readonly replyId: string;
  readonly account: string;
  readonly pieces?: readonly string[];
};

/** The owner of a stored answer: the provider's account that can read it, and the virtual key that received it. */
export type Keeper = {
  readonly account: string;
  readonly keyId: string;
  /** Prompt and answer of its call, without its reasoning: the least that the provider must read again for a call that continues it. */
  readonly tokens: Tokens;
};

/** The account that can decrypt an encrypted thought. */
export type ThoughtMaker = {
  readonly account: string;
  /** Every model with portable thoughts can open it too. So far only one family has any, so its name is not kept. */
  readonly isPortable: boolean;
};

/** An encrypted thought, identified by a digest of the proof that clients send back. */
export type KeptThought = ThoughtMaker & { readonly proof: string };

/** What is written when a call has ended, with or without an answer. */
export type Settlement = {
  readonly id: string;
  readonly finishedAt: Ms;
  readonly state: Exclude<CallState, 'running' | 'interrupted'>;
  /** The model that answered; absent when none did. */
  readonly model?: string;
  readonly provider?: string;
  readonly tier?: Tier;
  readonly providerDialect?: DialectId;
  readonly usage: Usage;
  readonly estimated: boolean;
  /** Sum over the attempts; absent when any attempt that used tokens has an unknown price. */
  readonly cost?: NanoUsd;
  /** What the caller paid with its own provider keys: part of no budget and no total. */
  readonly callerCost?: NanoUsd;
  /** What the same usage would have cost on the best frontier model of the catalogue. */
  readonly frontierCost?: NanoUsd;
  readonly firstByteMs?: Ms;
  /** In the provider's own words, if it gave any. */
  readonly finishReason?: string;
  readonly errorCode?: ErrorCode;
  readonly errorMessage?: string;
  readonly warnings: readonly string[];
  readonly attempts: readonly AttemptRow[];
  readonly simulated: boolean;
  /** Only for a cascade: its steps, in order. */
  readonly verdicts?: readonly StepVerdict[];
  /** Only if the config says to keep bodies. */
  readonly bodies?: { readonly request: string; readonly reply: string };
};

/** How a cascade judged the answers of one step. */
export type StepVerdict = {
  /** The calls of the step; the judge's are not among them. */
  readonly requestIds: readonly string[];
  readonly model: string;
  readonly accepted: boolean;
  /** P(right) that was found and that was needed; absent if nothing had to be decided. */
  readonly probability?: number;
  readonly threshold?: number;
  /** P(right) from the signals, before calibration by how such answers turned out. */
  readonly rawProbability?: number;
  /**
   * For an answer that was not accepted: whether it agrees with the answer given in the end; absent if that cannot be
   * decided.
   */
  readonly agrees?: boolean;
  /** What each signal showed, in words. */
  readonly because: readonly string[];
};

/** A quality signal about one call. */
export type OutcomeSignal = {
  readonly callId: string;
  readonly at: Ms;
  /** One of `outcomeKinds`, or the name of a scorer that is a plug-in. */
  readonly kind: OutcomeKind | (string & {});
  /** 0 (bad) to 1 (good). */
  readonly score: number;
  readonly source: string;
};

/** How a key's answers are rated. */
export type RatingHabits = {
  /** Ratings of at least .5, and below, among the latest. */
  readonly good: number;
  readonly bad: number;
  /** Its latest good or unknown answers at one task that were not rated, and have not been counted as such either. */
  readonly unrated: readonly string[];
};

/** A whole row as `show` prints it. */
export type CallRow = Omit<IntentRow, 'inputEstimate' | 'first' | 'reserved'> &
  Partial<
    Omit<Settlement, 'id' | 'state' | 'attempts' | 'warnings' | 'usage' | 'estimated' | 'simulated'>
  > & {
    readonly state: CallState;
    readonly keyName?: string;
    readonly attempts: readonly AttemptRow[];
    readonly warnings: readonly string[];
    readonly usage: Usage;
    readonly estimated: boolean;
    readonly simulated: boolean;
    readonly outcomes: readonly OutcomeSignal[];
  };

/** The fate of a whole call: paid for at a known price, or the reason why it cannot be replayed. */
export type CallFate = 'paid' | 'unpriced' | 'unanswered' | 'vectors';

/**
 * The number of whole calls that share all these values. The cost of a call includes its children, such as the steps of
 * a cascade.
 */
export type CallVolume = {
  readonly fate: CallFate;
  readonly simulated: boolean;
  readonly tier?: Tier;
  /** The model that answered. */
  readonly model?: string;
  readonly calls: number;
  /** When the first of them began. */
  readonly firstAt: Ms;
  /** As a whole number, exact up to 2^53; 0 if the price is unknown. */
  readonly nanoUsd: number;
};

export const costGroupings = [
  'model',
  'tier',
  'provider',
  'task',
  'tool',
  'surface',
  'key',
  'tag',
  'day',
] as const;

export type CostGrouping = (typeof costGroupings)[number];

/** The answer of `conclave costs --json` and of `GET /admin/costs`. Money in whole nano-dollars, exact up to 2^53 (nine million dollars). */
export type CostReport = {
  readonly since: string;
  readonly by: CostGrouping;
  readonly totalNanoUsd: number;
  /** A cascade counts as one call, with the cost of all its steps. */
  readonly calls: number;
  /** True if these figures contain only simulated money. */
  readonly simulated: boolean | { readonly totalNanoUsd: number; readonly calls: number };
  /** Calls with an attempt or a step of unknown price: only their known part is in `totalNanoUsd`. */
  readonly unknownPriceCalls: number;
  readonly estimatedCalls: number;
  /** What callers paid with their own provider keys, not included elsewhere; absent if none did. */
  readonly callersOwn?: { readonly totalNanoUsd: number; readonly calls: number };
  /** What the same usage would have cost on the best frontier model, and the difference. */
  readonly frontierNanoUsd: number;
  readonly savingNanoUsd: number;
  /** All the money, including failed calls and rejected answers, divided by the calls that ended with an answer. */
  readonly nanoUsdPerSuccess?: number;
  readonly rows: readonly CostRow[];
};

export type CostRow = {
  readonly name: string;
  readonly totalNanoUsd: number;
  /**
   * A cascade counts for the model whose answer was given; models whose answers it rejected only have their cost added.
   */
  readonly calls: number;
  /** Calls that ended with a complete answer to the client. */
  readonly succeeded: number;
  /**
   * Calls whose price is unknown, by model, provider and tier also such steps of cascades; `totalNanoUsd` contains only
   * their known part.
   */
  readonly unknownPriceCalls: number;
  /** Share of the report's total money, 0 to 1. */
  readonly share: number;
  readonly usage: Usage;
  readonly nanoUsdPerSuccess?: number;
};
