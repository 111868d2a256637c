import type { CallState, Surface } from '../call.ts';
import type { DialectId } from '../wire/content.ts';
import type { ErrorCode } from '../errors.ts';
import type { Decision } from '../routing/decision.ts';
import type { TaskType, Tier } from '../task.ts';
import type { Ms, NanoUsd, Tokens } from '../units.ts';
import type { Usage } from '../money/usage.ts';

/** What is written before a provider is asked. */
export type IntentRow = {
  /** Time-ordered, unique: the request id that clients see. */
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
  readonly decision?: Decision;
  /** Money held until the row is settled. */
  readonly reserved: NanoUsd;
  /** The call whose reservation pays for this one; `reserved` is then 0. */
  readonly reservationId?: string;
  /** What the prompt alone is estimated to cost: what an interrupted call is booked at. */
  readonly inputEstimate: NanoUsd;
  readonly simulated: boolean;
};

/** The requested model of a row that asked nobody itself: its children did, and cost reports count those alone. */
export const askedChildren = '(children)';

/** One try at one deployment. */
export type AttemptRow = {
  readonly model: string;
  readonly provider: string;
  readonly deployment: string;
  readonly dialect: DialectId;
  readonly startedAt: Ms;
  readonly firstByteMs?: Ms;
  readonly durationMs: Ms;
  /** The provider's HTTP status, where it gave one. */
  readonly status?: number;
  readonly outcome: 'ok' | 'failed' | 'cancelled' | 'truncated';
  readonly errorCode?: ErrorCode;
  readonly message?: string;
  readonly usage: Usage;
  /** The usage is ours, not the provider's. */
  readonly estimated: boolean;
  /** Absent: the price is unknown. 0 where the caller paid. */
  readonly cost?: NanoUsd;
  /** What the caller paid with a provider key of its own, where the price is known. */
  readonly callerCost?: NanoUsd;
  /** Absent: the provider keeps nothing that a later call could name. */
  readonly kept?: KeptAnswer;
  /** Encrypted thoughts of the answer. They are written, and never read with the row: `LedgerStore.makersOf` finds them. */
  readonly thoughts?: readonly KeptThought[];
  readonly simulated: boolean;
};

/**
 * An answer that its provider keeps: by its id, with the account that it was given to. The ids of its pieces are
 * written, and never read with the row: `LedgerStore.keepersOf` finds them.
 */
export type KeptAnswer = {
  readonly replyId: string;
  readonly account: string;
  readonly pieces?: readonly string[];
};

/** Whose a kept answer is: the provider's account that finds it, and the key that was given it. */
export type Keeper = {
  readonly account: string;
  readonly keyId: string;
  /** Prompt and answer of its call: at least what a call that continues it makes the provider read again. */
  readonly tokens: Tokens;
};

/** Whose account can open an encrypted thought. */
export type ThoughtMaker = {
  readonly account: string;
  /**
   * Claude's own signatures hold wherever a Claude is sold: "signature values are compatible across platforms"
   * (docs.anthropic.com, Extended thinking). All other makers' are bound to the account.
   */
  readonly claudes: boolean;
};

/** An encrypted thought, by a digest of the proof that it comes back with. */
export type KeptThought = ThoughtMaker & { readonly proof: string };

/** What is written when a call has ended, however it ended. */
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
  /** What the caller paid with provider keys of its own: in no budget and no total. */
  readonly callerCost?: NanoUsd;
  /** What the same usage would have cost on the best frontier model of the catalogue. */
  readonly frontierCost?: NanoUsd;
  readonly firstByteMs?: Ms;
  readonly finishReason?: string;
  readonly errorCode?: ErrorCode;
  readonly errorMessage?: string;
  readonly warnings: readonly string[];
  readonly attempts: readonly AttemptRow[];
  readonly simulated: boolean;
  /** Only of a cascade: its steps, in order. */
  readonly verdicts?: readonly StepVerdict[];
  /** Only where bodies are configured to be kept. */
  readonly bodies?: { readonly request: string; readonly reply: string };
};

/** What a cascade made of the answers of one step. */
export type StepVerdict = {
  /** The calls that asked, the judge's too. */
  readonly requestIds: readonly string[];
  readonly model: string;
  readonly accepted: boolean;
  /** P(right) that was found and that was needed; absent where nothing had to be decided. */
  readonly probability?: number;
  readonly threshold?: number;
  /** P(right) as the signals gave it, before it was set right by how such answers turn out. */
  readonly rawProbability?: number;
  /** Of an answer that was not accepted: whether it said what was given in the end; absent where nobody can tell. */
  readonly agrees?: boolean;
  /** What each signal said, in words. */
  readonly because: readonly string[];
};

/** A quality signal about one call. */
export type OutcomeSignal = {
  readonly callId: string;
  readonly at: Ms;
  readonly kind: string;
  /** 0 (bad) to 1 (good). */
  readonly score: number;
  readonly source: string;
};

/** A whole row as `show` prints it. */
export type CallRow = Omit<IntentRow, 'inputEstimate' | 'reserved'> &
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

/** What became of a whole call: paid for at a known price, or why it cannot be decided anew. */
export type CallFate = 'paid' | 'unpriced' | 'unanswered' | 'vectors';

/** Whole calls that agree in all this, counted. Each cost what it and those that served it did, as the steps of a cascade do. */
export type CallVolume = {
  readonly fate: CallFate;
  readonly simulated: boolean;
  readonly tier?: Tier;
  /** Who answered. */
  readonly model?: string;
  readonly calls: number;
  /** When the first of them began. */
  readonly firstAt: Ms;
  /** As a safe integer; 0 where the price is unknown. */
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

/** The answer of `conclave costs --json` and of `GET /admin/costs`. Money in nano-dollars as safe integers. */
export type CostReport = {
  readonly since: string;
  readonly by: CostGrouping;
  readonly totalNanoUsd: number;
  /** A cascade is one, with all that its steps cost. */
  readonly calls: number;
  /** True when nothing but simulated money is in these figures. */
  readonly simulated: boolean | { readonly totalNanoUsd: number; readonly calls: number };
  /** Calls with an unknown price in them: of their cost only the known attempts are in `totalNanoUsd`. */
  readonly unknownPriceCalls: number;
  readonly estimatedCalls: number;
  /** What callers paid with provider keys of their own, beside all else; absent where none did. */
  readonly callersOwn?: { readonly totalNanoUsd: number; readonly calls: number };
  /** What the same usage would have cost on the best frontier model, and the difference. */
  readonly frontierNanoUsd: number;
  readonly savingNanoUsd: number;
  /** All the money, that of failed calls and rejected answers too, over the calls that ended with an answer. */
  readonly nanoUsdPerSuccess?: number;
  readonly rows: readonly CostRow[];
};

export type CostRow = {
  readonly name: string;
  readonly totalNanoUsd: number;
  /** A cascade counts for the model whose answer was given; models whose answers it rejected have its money alone. */
  readonly calls: number;
  /** Calls that ended with an answer, whole and given to the client. */
  readonly succeeded: number;
  /** Calls, or steps of cascades, whose price is unknown; what is unknown of them is not in `totalNanoUsd`. */
  readonly unknownPriceCalls: number;
  /** Share of the report's total money, 0 to 1. */
  readonly share: number;
  readonly usage: Usage;
  readonly nanoUsdPerSuccess?: number;
};
