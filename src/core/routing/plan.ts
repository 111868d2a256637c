import type { BillingTerm } from '../money/billing-terms.ts';
import type { DialectId } from '../wire/content.ts';
import type { Stats } from './deployment-stats.ts';
import type { Capability, Model } from '../model.ts';
import type { Candidate } from '../provider.ts';
import type { QualityEstimates } from './quality-estimates.ts';
import type { RoutingPreferences } from './routing-preferences.ts';
import type { TaskType, Tier } from '../task.ts';
import type { Ms, Tokens, Usd } from '../units.ts';

/** What a policy may look at. Built once per call, without I/O. */
export type RequestFeatures = {
  /** `auto`, `auto:economy` …, or the id or alias that was asked for. */
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
  /** Never exceeded by the real prompt; what budgets reserve. */
  readonly inputTokensUpperBound: Tokens;
  /** What a price ceiling is held against. Default: the upper bound. */
  readonly inputTokensAtMost?: Tokens | undefined;
  /** How long an answer at such work usually is, or what the caller allows where that is less; what policies reckon with. */
  readonly outputTokens: Tokens;
  /** The limit that the caller set, if any: what the window of most models has to hold beside the prompt. */
  readonly outputTokensAsked?: Tokens | undefined;
  /** What the caller allows, or what is set aside where nothing is said; what budgets and ceilings reckon with. */
  readonly outputTokensUpperBound: Tokens;
  readonly stream: boolean;
  /** How many answers the client wants at once. Default 1. */
  readonly answers?: number | undefined;
  /** The caller checks the answer itself, which settles whether it is right. */
  readonly isChecked?: boolean | undefined;
  /** How the answer is asked to be served, where that is not the ordinary way. */
  readonly billingTerms?: readonly BillingTerm[] | undefined;
  readonly clientDialect?: DialectId | undefined;
  /** Only candidates that speak this dialect can serve the call. */
  readonly pinnedDialect?: DialectId | undefined;
  /** What of the request pins it. */
  readonly pinnedBy?: string | undefined;
  /** Only this provider knows what the request names: a stored answer, a file, a tool of its own. */
  readonly pinnedProvider?: { readonly id: string | undefined; readonly field: string };
  /** Whom a provider may let work on the call besides the model that was asked. */
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
  /** Whether the caller said what the call is for; else `task` is a guess. */
  readonly isTaskNamed?: boolean;
  /** What the user said last, for rules that look at words. */
  readonly prompt?: string | undefined;
  /** Who wrote what is to be reviewed: a reviewer of another family sees more. */
  readonly authorFamily?: string | undefined;
  /** What is kept of the prompt's words, where the call was classified. */
  readonly promptFeatures?: Uint8Array | undefined;
  /** What is known of each model's chances at this prompt; absent: tiers and strengths alone. */
  readonly quality?: QualityEstimates | undefined;
  readonly preferences?: RoutingPreferences | undefined;
  /** The policy that the model's name asks for: `cascade`. Precedes the one of the preferences. */
  readonly policy?: string | undefined;
  /** Everything that was thought of, the ruled out too: what the best model is, a quality is measured on. */
  readonly considered?: readonly Model[] | undefined;
  /** Who answered this conversation so far, and how much of the prompt that one still has in its cache. */
  readonly conversation?: Conversation | undefined;
};

/** Other models that a field of the request lets its provider choose. */
export type FurtherModels = {
  readonly field: string;
  /** Providers that speak another are not sent the field. */
  readonly dialect: DialectId;
  /** The provider chooses freely among all that it has. */
  readonly isAny: boolean;
  /** By the provider's id. */
  readonly at: (provider: string) => readonly Pick<Model, 'id' | 'provider' | 'name' | 'tier' | 'price'>[];
};

/** A conversation that goes on. */
export type Conversation = {
  readonly model: string;
  readonly warmTokens: Tokens;
  /** The model that answered last what was no review: whose work a review looks at. */
  readonly author?: string | undefined;
};

/** When the answer of a step is good enough. A step without acceptance takes any answer. */
export type Acceptance = {
  /** P(right) that is needed. */
  readonly threshold: number;
  /** How often the step asks: several answers show whether a model agrees with itself. */
  readonly samples: number;
  /** Who judges what is sound but not yet good enough; of another family than who answered. */
  readonly judge?: readonly Candidate[];
};

export type PlanStep = { readonly candidates: readonly Candidate[]; readonly acceptance?: Acceptance };

/** What a policy returns: one step for a single choice, several for a cascade. */
export type Plan = {
  readonly steps: readonly PlanStep[];
  readonly reason: string;
  /** What the caller should know of it: a wish that nobody could meet. */
  readonly warnings?: readonly string[];
  readonly experiment?: Experiment;
  /** Who decided in place of the policy that was chosen: the user's `rules`. */
  readonly policy?: string;
  /** A rule spoke of this call, but everybody whom it names was ruled out. */
  readonly gaveWay?: boolean;
  /** A conversation whose model is of the author's family moves, at up to twice the cost. */
  readonly leavesAuthor?: boolean;
  /** Whatever the cost: a conversation whose model is below this tier moves. */
  readonly leastTier?: Tier;
};

/** How a call took part in learning: who decided it, and with which chance it was sent where it went. */
export type Experiment = {
  readonly arm: 'learned' | 'guard';
  /**
   * Of this arm together with this choice in it, 0 to 1, to a millionth. What the other arm would have chosen is not looked
   * up, so that a model which both would choose was likelier than either of its rows says: to judge another policy,
   * weigh the rows of one arm by one over it (Horvitz and Thompson, 1952), never those of both together.
   */
  readonly propensity: number;
  /** Sent elsewhere than to the best known, to learn of it. */
  readonly explored: boolean;
};

/** A pure, fast ranking of candidates that have passed the hard filters. Never empty in, never empty out. */
export interface Policy {
  readonly name: string;
  /** It has a way of its own with the tier that was asked for. Default: it is given the candidates of that tier to choose among. */
  readonly heedsTier?: boolean;
  /** It goes by `mode` and `quality`. Default: it has an aim of its own. */
  readonly heedsAims?: boolean;
  plan(features: RequestFeatures, candidates: readonly Candidate[], stats: Stats): Plan;
}
