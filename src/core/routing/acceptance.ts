import type { CollectedReply } from '../wire/collected-reply.ts';
import type { JsonObject } from '../json/json.ts';
import type { Model } from '../model.ts';
import type { RequestFeatures } from './plan.ts';
import type { ModelRequest } from '../wire/request.ts';

/** What a caller itself checks an answer with. */
export type AnswerCheck =
  /** A regular expression that the answer's text must match somewhere. */
  | { readonly kind: 'regex'; readonly pattern: string }
  /** A JSON Schema that the answer must satisfy. */
  | { readonly kind: 'schema'; readonly schema: JsonObject }
  /** A program and its arguments, given the answer on its standard input; exit code 0 is good. Never over HTTP. */
  | { readonly kind: 'command'; readonly command: readonly string[] }
  /** Each of these, in turn. */
  | { readonly kind: 'all'; readonly checks: readonly AnswerCheck[] };

/** An answer of a cascade, as acceptance sees it. */
export type StepAnswer = {
  readonly model: Model;
  readonly reply: CollectedReply;
  /** The step that asked for it, from 0; several answers of one step are samples. */
  readonly step: number;
};

/** Everything that is known when an answer is to be accepted or not. */
export type AcceptanceQuestion = {
  readonly request: ModelRequest;
  readonly features: RequestFeatures;
  /** In the order in which they came; those of the last step are looked at, the others compared with. */
  readonly answers: readonly StepAnswer[];
  /** P(right) that is needed. */
  readonly threshold: number;
  /** Those that the caller's own check turned down: what they say counts for nothing. */
  readonly failed?: ReadonlySet<StepAnswer> | undefined;
  /** What the caller's own check said. */
  readonly checked?: CheckResult | undefined;
  /** What a judge said, 0 to 1. */
  readonly judged?: number | undefined;
};

/** Why an answer is none, or cannot be used, and which signal shows it. */
export type Flaw = { readonly signal: 'refusal' | 'length' | 'schema'; readonly says: string };

/** P(right) that a cascade will find of an answer, and how often. */
export type ExpectedVerdicts = {
  readonly alone: number;
  /** Where an answer of another family says the same, or otherwise. */
  readonly agreed: number;
  readonly differed: number;
  /** How often it says the same. */
  readonly agreement: number;
};

export type CheckResult = { readonly passed: boolean; readonly says: string };

/** What one signal says of an answer, in words and in log-odds of its being right; a veto outweighs everything. */
export type Evidence = {
  readonly signal: string;
  readonly says: string;
  readonly logOdds: number;
  readonly veto?: true;
};

export type AcceptanceVerdict = {
  readonly accepted: boolean;
  /** P(right), 0 after a veto, 1 where the caller's own check passed. */
  readonly probability: number;
  /** The same before outcomes set it right; absent where nothing was worked out. */
  readonly rawProbability?: number;
  readonly evidence: readonly Evidence[];
  /** Which of `answers` is to be given if this is accepted. */
  readonly leader: number;
};

/** Looks at answers between the steps of a cascade. */
export interface AnswerAcceptance {
  weigh(question: AcceptanceQuestion): AcceptanceVerdict;
  /** Whether two answers say the same; `undefined` where nobody can tell. */
  agree(request: ModelRequest, one: CollectedReply, other: CollectedReply): boolean | undefined;
  /** Whether an answer is such that another right one can be expected to say the same. */
  mayAgree(request: ModelRequest, reply: CollectedReply): boolean;
  /** Whether it is such that another answer can be seen to say otherwise: of prose nobody can tell. */
  mayDiffer(request: ModelRequest, reply: CollectedReply): boolean;
  /** Refused, empty, cut off, or against the request's own schemas, of its answer or its tools; absent: none of it. */
  flaw(request: ModelRequest, reply: CollectedReply): Flaw | undefined;
  /** P(right) of a sound answer of this model, of which nothing else is known. */
  alone(features: RequestFeatures, model: Model): number;
  /** Runs the caller's own check. A check that cannot be run is not passed. */
  check(check: AnswerCheck, reply: CollectedReply, signal: AbortSignal): Promise<CheckResult>;
  /** What a judge is asked about an answer. */
  judgeRequest(
    request: ModelRequest,
    reply: CollectedReply,
  ): Pick<ModelRequest, 'messages' | 'maxOutputTokens'>;
  /** What a judge's reply says, 0 to 1; `undefined` where it says nothing that can be read. */
  readJudgement(reply: CollectedReply): number | undefined;
}
