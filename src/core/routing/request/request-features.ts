import type { Capability, Model } from '../../model.ts';
import type { BillingTerm } from '../../money/billing-terms.ts';
import type { TaskType, Tier } from '../../task.ts';
import type { Ms, Tokens, Usd } from '../../units.ts';
import type { DialectId } from '../../wire/content.ts';
import type { ModelAnswers } from './model-answers.ts';
import type { QualityEstimates } from '../quality/quality-estimates.ts';
import type { RoutingPreferences } from '../preferences/routing-preferences.ts';
import type { SharedCeiling } from './shared-ceiling.ts';

/** What filters and policies know about a call. Built once per call, without I/O. */
export type RequestFeatures = {
  /** When the call began: some prices depend on the hour. */
  readonly at: Ms;
  readonly asked: ModelRestrictions;
  readonly work: Work;
  readonly request: RequestTraits;
  readonly size: CallSize;
  readonly pin?: Pin | undefined;
  readonly limits: AnswerLimits;
  /** The virtual key of the call. */
  readonly key: { readonly id: string; readonly name?: string | undefined };
  /** The goals set by the configuration and by the key. */
  readonly preferences?: RoutingPreferences | undefined;
  /** Each model's estimated chances at this prompt; absent: only tiers and strengths are known. */
  readonly quality?: QualityEstimates | undefined;
  /** All models considered, including those ruled out: a quality is measured against the best of them. */
  readonly considered?: readonly Model[] | undefined;
  /** Absent: its first turn. */
  readonly conversation?: Conversation | undefined;
};

/** How the call itself restricts the choice of a model. */
export type ModelRestrictions = {
  /** `auto`, `auto:economy` …, or the requested id or alias. */
  readonly model: string;
  readonly tier?: Tier | undefined;
  readonly localOnly: boolean;
  /** Takes precedence over the policy in the preferences. */
  readonly policy?: string | undefined;
};

/** What the call is for. */
export type Work = {
  /** Absent: unknown. */
  readonly task?: TaskType | undefined;
  /** Whether the caller named the task; otherwise it is a guess. */
  readonly isTaskNamed: boolean;
  /** 0 (trivial) to 1 (hard). */
  readonly difficulty?: number | undefined;
  readonly tags: readonly string[];
  /** The MCP tool that asks. */
  readonly tool?: string | undefined;
  /** The caller checks the answer itself; that check decides whether it is right. */
  readonly isChecked: boolean;
  /** The user's last text, for rules that match on words. */
  readonly prompt?: string | undefined;
  /** Features of the prompt's words, if the call was classified. */
  readonly promptFeatures?: Uint8Array | undefined;
};

/** What chances of success depend on, besides the virtual key of the call. */
export type KindOfWork = Pick<Work, 'task' | 'difficulty' | 'tags' | 'promptFeatures'>;

/** What a provider must support to serve the request as it is. */
export type RequestTraits = {
  readonly needs: readonly Capability[];
  /** How many tools the client offers. */
  readonly toolCount: number;
  /** Fields of the client's own dialect without which the answer would not be the requested one. Absent: none. */
  readonly requiredFields?: readonly string[] | undefined;
  readonly stream: boolean;
  /** The client accepts text only, so that a model that can speak does not. */
  readonly isTextOnly: boolean;
  /** Absent: a request made inside Conclave. */
  readonly clientDialect?: DialectId | undefined;
  /** The requested billing terms, if they differ from the provider's ordinary ones. */
  readonly billingTerms?: readonly BillingTerm[] | undefined;
  /** The client wants spoken answers. */
  readonly isSpoken: boolean;
  /** What the provider may bill in addition to tokens, for tools that it runs. Other dialects are not sent these. */
  readonly billedApart?: readonly BillingTerm[] | undefined;
  /** The request asks its provider to shorten a prompt that does not fit. */
  readonly shortening?: PromptShortening | undefined;
  /** Other models that the provider may use for the call besides the requested one. */
  readonly furtherModels?: FurtherModels | undefined;
};

/** How many tokens the call takes. */
export type CallSize = {
  /** The whole prompt. */
  readonly prompt: TokenBounds;
  /** One answer: its usual length for this kind of work, and the most it may have. */
  readonly answer: TokenBounds;
  /** One answer of each model. Absent: all models' answers are as long. */
  readonly modelAnswers?: ModelAnswers | undefined;
  /** How many answers the client wants at once. */
  readonly answers: number;
  /** How many images the prompt contains: some models count more for each than `prompt` assumes. */
  readonly images: number;
  /** The prompt contains a part of unknown length, and what it may cost has to be bounded: it may fill the window. */
  readonly fillsWindow: boolean;
};

/** One number of tokens for every use of it, in ascending order. */
export type TokenBounds = {
  /** An estimate, or a count. Rankings, rules, context windows and rate limits use it. */
  readonly expected: Tokens;
  /** Price ceilings use it: the reserved number until the prompt has been counted, then a closer bound. */
  readonly ceiling: Tokens;
  /** Never exceeded, except by a part of unknown length. Budgets reserve for it. */
  readonly reserved: Tokens;
};

/** A field of the request that only providers of some dialects, mostly of one, can serve, or only one provider. */
export type Pin = {
  readonly field: string;
  readonly dialects: readonly DialectId[];
  /** The only provider that has what the field refers to: a stored answer, a file, a tool of its own. */
  readonly provider?: string | undefined;
};

/** The caller's limits for an answer. */
export type AnswerLimits = {
  readonly maxCostUsd?: Usd | undefined;
  /** The ceiling that `maxCostUsd` is a part of; `undefined` if it is the caller's own. */
  readonly sharedCeiling?: SharedCeiling | undefined;
  readonly maxLatencyMs?: Ms | undefined;
  /** Most models' context window must fit an answer of this length in addition to the prompt. */
  readonly maxOutputTokens?: Tokens | undefined;
  /** Families that may not answer. */
  readonly otherFamilyThan?: readonly string[] | undefined;
};

/** Other models that a field of the request lets its provider choose. */
export type FurtherModels = {
  readonly field: string;
  /** Providers of other dialects are not sent the field. */
  readonly dialect: DialectId;
  /** The provider chooses freely among all its models. */
  readonly isAny: boolean;
  /** The longest answer that the field allows one of them; 0: it sets no limit of its own. */
  readonly answer: Tokens;
  /** By the provider's id. */
  readonly at: (provider: string) => readonly Pick<Model, 'id' | 'provider' | 'name' | 'tier' | 'price'>[];
};

/** How a request asks for a prompt that does not fit to be shortened. */
export type PromptShortening = {
  readonly field: string;
  /** Providers of other dialects are not sent the field. */
  readonly dialect: DialectId;
  /** Only routers such as OpenRouter act on it. */
  readonly onlyRouters: boolean;
  /** What the window does not hold is left out, so that nothing else is billed. */
  readonly cutsToWindow: boolean;
};

/** A conversation with earlier turns. */
export type Conversation = {
  /** The model that has answered it so far. */
  readonly model: string;
  /** How much of the prompt is still in that model's cache. */
  readonly warmTokens: Tokens;
  /** The family that wrote the work a review would look at: a reviewer of another family finds more. */
  readonly authorFamily?: string | undefined;
};
