import type { BillingTerm } from '../money/billing-terms.ts';
import type { DialectId } from '../wire/content.ts';
import type { Stats } from './deployment-stats.ts';
import type { Capability, Model } from '../model.ts';
import type { Candidate } from '../provider.ts';
import type { QualityEstimates } from './quality-estimates.ts';
import type { RoutingPreferences } from './routing-preferences.ts';
import type { TaskType, Tier } from '../task.ts';
import type { Ms, Tokens, Usd } from '../units.ts';

/** The input of a policy. Built once per call, without I/O. */
export type RequestFeatures = {
  /** `auto`, `auto:economy` …, or the requested id or alias. */
  readonly requestedModel: string;
  readonly tier?: Tier | undefined;
  readonly localOnly: boolean;
  readonly task?: TaskType | undefined;
  readonly difficulty?: number | undefined;
  readonly needs: readonly Capability[];
  /** How many tools the client offers. Default 0. */
  readonly toolCount?: number | undefined;
  /** An estimate of the whole prompt. */
  readonly inputTokens: Tokens;
  /** Never exceeded by the real prompt; budgets reserve for this. */
  readonly inputTokensUpperBound: Tokens;
  /** The prompt size that a price ceiling is checked with. Default: the upper bound. */
  readonly inputTokensAtMost?: Tokens | undefined;
  /**
   * The usual length of an answer for this kind of work, or the caller's limit if that is less; policies compute with
   * this.
   */
  readonly outputTokens: Tokens;
  /** The limit that the caller set, if any. Most models' context window must fit it in addition to the prompt. */
  readonly outputTokensAsked?: Tokens | undefined;
  /** The caller's limit or, without one, the length that is reserved; budgets and price ceilings use this. */
  readonly outputTokensUpperBound: Tokens;
  readonly stream: boolean;
  /** The client accepts text only, so that a model that can speak does not. */
  readonly isTextOnly?: boolean | undefined;
  /** How many answers the client wants at once. Default 1. */
  readonly answers?: number | undefined;
  /** The caller checks the answer itself; that check decides whether it is right. */
  readonly isChecked?: boolean | undefined;
  /** The requested billing terms, if they differ from the provider's ordinary ones. */
  readonly billingTerms?: readonly BillingTerm[] | undefined;
  readonly clientDialect?: DialectId | undefined;
  /** Only candidates that support this dialect can serve the call. */
  readonly pinnedDialect?: DialectId | undefined;
  /** The request field that pins it. */
  readonly pinnedBy?: string | undefined;
  /** Only this provider has what the request refers to: a stored answer, a file, a tool of its own. */
  readonly pinnedProvider?: { readonly id: string | undefined; readonly field: string };
  /** Other models that the provider may use for the call besides the requested one. */
  readonly furtherModels?: FurtherModels | undefined;
  readonly maxCostUsd?: Usd | undefined;
  readonly maxLatencyMs?: Ms | undefined;
  /** Families that may not answer. */
  readonly otherFamilyThan?: readonly string[] | undefined;
  readonly tags: readonly string[];
  /** When the call began: some prices depend on the hour. */
  readonly at: Ms;
  /** The MCP tool that asks. */
  readonly tool?: string | undefined;
  /** Id and name of the virtual key. */
  readonly keyId?: string | undefined;
  readonly keyName?: string | undefined;
  /** Whether the caller named the task; otherwise `task` is a guess. */
  readonly isTaskNamed?: boolean;
  /** The user's last text, for rules that match on words. */
  readonly prompt?: string | undefined;
  /** The family that wrote the work to be reviewed: a reviewer of another family finds more. */
  readonly authorFamily?: string | undefined;
  /** Features of the prompt's words, if the call was classified. */
  readonly promptFeatures?: Uint8Array | undefined;
  /** Each model's estimated chances at this prompt; absent: only tiers and strengths are known. */
  readonly quality?: QualityEstimates | undefined;
  readonly preferences?: RoutingPreferences | undefined;
  /** The policy that the model's name asks for: `cascade`. Takes precedence over the one in the preferences. */
  readonly policy?: string | undefined;
  /** All models considered, including those ruled out: a quality is measured against the best of them. */
  readonly considered?: readonly Model[] | undefined;
  /** The model that has answered this conversation so far, and how much of the prompt is still in its cache. */
  readonly conversation?: Conversation | undefined;
};

/** Other models that a field of the request lets its provider choose. */
export type FurtherModels = {
  readonly field: string;
  /** Providers of other dialects are not sent the field. */
  readonly dialect: DialectId;
  /** The provider chooses freely among all its models. */
  readonly isAny: boolean;
  /** By the provider's id. */
  readonly at: (provider: string) => readonly Pick<Model, 'id' | 'provider' | 'name' | 'tier' | 'price'>[];
};

/** A conversation with earlier turns. */
export type Conversation = {
  readonly model: string;
  readonly warmTokens: Tokens;
  /** The model that gave the last answer that was not a review: its work is what a review looks at. */
  readonly author?: string | undefined;
};

/** When the answer of a step is good enough. A step without acceptance takes any answer. */
export type Acceptance = {
  /** P(right) that is needed. */
  readonly threshold: number;
  /** How many answers the step asks for: several show whether a model agrees with itself. */
  readonly samples: number;
  /**
   * Candidates that judge an answer that is sound but not yet good enough; of another family than the answering model.
   */
  readonly judge?: readonly Candidate[];
};

export type PlanStep = { readonly candidates: readonly Candidate[]; readonly acceptance?: Acceptance };

/** What a policy returns: one step for a single choice, several for a cascade. */
export type Plan = {
  readonly steps: readonly PlanStep[];
  readonly reason: string;
  /** Warnings for the caller, such as a preference that could not be met. */
  readonly warnings?: readonly string[];
  readonly experiment?: Experiment;
  /** What decided instead of the chosen policy: the user's `rules`. */
  readonly policy?: string;
  /** A rule matched this call, but every model it names was ruled out. */
  readonly gaveWay?: boolean;
  /** Moves a conversation away from a model of the author's family, at up to twice the cost. */
  readonly leavesAuthor?: boolean;
  /** Moves a conversation away from a model below this tier, whatever the cost. */
  readonly leastTier?: Tier;
};

/** How a call took part in learning: which arm decided it, and with what probability it was sent to its model. */
export type Experiment = {
  readonly arm: 'learned' | 'guard';
  /**
   * Joint probability of this arm and of this choice in it, 0 to 1, to a millionth. The choice of the other arm is not
   * computed, so a model that both arms would choose was likelier than either row says. To judge another policy, weight
   * the rows of one arm by the inverse of this (Horvitz and Thompson, 1952); never mix both arms.
   */
  readonly propensity: number;
  /** Sent to a model other than the best known one, to learn about it. */
  readonly explored: boolean;
};

/** A pure, fast ranking of the candidates that passed the hard filters. Input and output are never empty. */
export interface Policy {
  readonly name: string;
  /** The policy handles the requested tier itself. Default: it gets only the candidates of that tier. */
  readonly heedsTier?: boolean;
  /** The policy uses `mode` and `quality`. Default: it has a goal of its own. */
  readonly heedsAims?: boolean;
  plan(features: RequestFeatures, candidates: readonly Candidate[], stats: Stats): Plan;
}
