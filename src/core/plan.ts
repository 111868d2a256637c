import type { BillingTerm } from './billing-terms.ts';
import type { Capability, Model } from './model.ts';
import type { Candidate, Deployment } from './provider.ts';
import type { DialectId } from './content.ts';
import type { TaskType, Tier } from './task.ts';
import type { Ms, Tokens, Usd } from './units.ts';

/** What a policy may look at. Built once per call, without I/O. */
export type RequestFeatures = {
  /** `auto`, `auto:economy` …, or the id or alias that was asked for. */
  readonly requestedModel: string;
  readonly tier?: Tier | undefined;
  readonly localOnly: boolean;
  readonly task?: TaskType | undefined;
  readonly difficulty?: number | undefined;
  readonly needs: readonly Capability[];
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
  /** How the answer is asked to be served, where that is not the ordinary way. */
  readonly billingTerms?: readonly BillingTerm[] | undefined;
  readonly clientDialect?: DialectId | undefined;
  /** Only candidates that speak this dialect can serve the call. */
  readonly pinnedDialect?: DialectId | undefined;
  /** What of the request pins it. */
  readonly pinnedBy?: string | undefined;
  /** Only this provider knows what the request names: a stored answer, a file, a tool of its own. */
  readonly pinnedProvider?: { readonly id: string | undefined; readonly field: string };
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

/** A conversation that goes on. */
export type Conversation = {
  readonly model: string;
  readonly warmTokens: Tokens;
  /** The model that answered last what was no review: whose work a review looks at. */
  readonly author?: string | undefined;
};

/** What chances of success depend on. */
export type KindOfWork = {
  /** Whose call it is; absent: nobody's in particular. */
  readonly keyId?: string | undefined;
  readonly task?: TaskType | undefined;
  readonly difficulty?: number | undefined;
  readonly tags: readonly string[];
  /** What is kept of the prompt's words, of the present layout. */
  readonly promptFeatures?: Uint8Array | undefined;
};

/** P(success), 0 to 1, of a model at the prompt at hand. */
export type QualityEstimates = {
  of(model: Model): number | undefined;
  /** The same of all of these, at their places. Not to be changed; good until the next call. Absent: ask one by one. */
  ofAll?(candidates: readonly Candidate[]): Float64Array;
  /** How much of it is for the prompt's own words, beside the kind of work. Absent, or `undefined`: nothing. */
  promptShift?(model: Model): number | undefined;
};

/** How much quality counts beside money and time. */
export const routingModes = ['economy', 'balanced', 'best'] as const;

export type RoutingMode = (typeof routingModes)[number];

/** What the user wants of routing, from config or key. */
export type RoutingPreferences = {
  /** By name. Default: `learned` where a mode or a quality is wished for, else `auto`. */
  readonly policy?: string | undefined;
  /** Default `balanced`. */
  readonly mode?: RoutingMode | undefined;
  /** At least this share of the best model's chance of success, at the least cost; precedes `mode`. */
  readonly quality?: number | undefined;
  /** The one model of every call that leaves the choice open. */
  readonly pin?: string | undefined;
  /** First match wins, whatever the policy. */
  readonly rules?: readonly RoutingRule[] | undefined;
  readonly weights?: RoutingWeights | undefined;
  readonly cascade?: CascadePreferences | undefined;
  /** Share of learned choices that try another model to learn of it, 0 to 0.05. */
  readonly exploration?: number | undefined;
  /** Calls of this key are never part of an experiment. */
  readonly critical?: boolean | undefined;
};

/** What of it a virtual key may say for itself. */
export type KeyRouting = Pick<RoutingPreferences, 'policy' | 'mode' | 'quality' | 'pin' | 'critical'>;

/** How a cascade looks at its answers. */
export type CascadePreferences = {
  /** P(right) that an answer needs. Default: what the wanted quality asks for. */
  readonly threshold?: number | undefined;
  /** How often the first model is asked, to see whether it agrees with itself. Default 1. */
  readonly samples?: number | undefined;
  /** Whether a small model of another family judges what other signals leave open. Default false. */
  readonly judge?: boolean | undefined;
};

/** How much each counts for the policy `weighted`; only their proportions matter. */
export type RoutingWeights = { readonly quality: number; readonly cost: number; readonly latency: number };

/** Where calls of a kind go. Everything under `when` must hold; lists hold when one of their items does. */
export type RoutingRule = {
  readonly name?: string | undefined;
  readonly when: {
    readonly task?: readonly TaskType[] | undefined;
    readonly tag?: readonly string[] | undefined;
    readonly tool?: readonly string[] | undefined;
    readonly key?: readonly string[] | undefined;
    /** A regular expression, without regard to case. */
    readonly prompt?: string | undefined;
    readonly moreTokensThan?: Tokens | undefined;
    readonly fewerTokensThan?: Tokens | undefined;
  };
  /** Tiers, families, model ids and patterns of ids (`openai/*`), or `local`; tried in this order. Aliases are resolved before. */
  readonly use: readonly string[];
};

/** What is known of a deployment from the calls so far. */
export type DeploymentStats = {
  readonly healthy: boolean;
  /** Calls under way, to the last byte of their answers. */
  readonly inFlight: number;
  /** Peak-sensitive moving average of the time to the first byte; absent before the first call. */
  readonly firstByteMs?: Ms | undefined;
  /** When that average last moved. */
  readonly firstByteAt?: Ms | undefined;
  /** Moving average of the pace of whole answers; absent before the first. */
  readonly tokensPerSecond?: number | undefined;
  /** What is left of its tightest limit, 0 to 1; absent where none is known. */
  readonly headroom?: number | undefined;
};

export type Stats = {
  of(deployment: Deployment): DeploymentStats;
  /** Nobody at all is known to be ill: whoever looks at a hundred need not ask of each. Absent: ask. */
  readonly allHealthy?: boolean;
  /**
   * 0 at the places of candidates that nobody has ever asked, of whom there is nothing to say but that they are well.
   * Absent, or none for now: ask of each.
   */
  askedAmong?(candidates: readonly Candidate[]): Uint8Array | undefined;
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
  plan(features: RequestFeatures, candidates: readonly Candidate[], stats: Stats): Plan;
}

/** The hard filters, each with a name that a person can look up. */
export type FilterRule =
  | 'unconfigured'
  | 'key'
  | 'data-policy'
  | 'provider'
  | 'origin'
  | 'dialect'
  | 'family'
  | 'capability'
  | 'window'
  | 'price'
  | 'latency'
  | 'budget';

/** What a call says of its routing beside the name of its model. */
export type CallWishes = {
  readonly policy?: string;
  readonly tier?: Tier;
  /** Ids of the only models to choose from. */
  readonly models?: readonly string[];
};

/** Why a call went where it went, kept with its ledger row. */
export type Decision = {
  readonly policy: string;
  readonly reason: string;
  /** Model ids in the plan's order, with the deployment and the estimate that ranked each. */
  readonly ranked: readonly {
    readonly model: string;
    readonly deployment: string;
    readonly estimateNanoUsd?: number;
    /** P(success) as it was thought to be. */
    readonly chance?: number;
    /** How much of that is for the prompt's own words. */
    readonly promptShift?: number;
  }[];
  readonly ruledOut: readonly {
    readonly model: string;
    readonly rule: FilterRule;
    readonly reason: string;
  }[];
  readonly experiment?: Experiment;
  /** What the call needed of a model; absent where that is nothing in particular. */
  readonly needs?: readonly Capability[];
  /** What the call itself said of an open choice. Absent where it named a model, and in rows of older versions. */
  readonly wishes?: CallWishes;
  /** How many more were ruled out than are named. */
  readonly ruledOutMore?: number;
};
