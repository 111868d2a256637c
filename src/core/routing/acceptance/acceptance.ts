import type { CollectedReply } from '../../wire/collected-reply.ts';
import type { JsonObject } from '../../json/json.ts';
import type { Model } from '../../model.ts';
import type { RequestFeatures } from '../request/request-features.ts';
import type { ModelRequest } from '../../wire/request.ts';

/** The caller's own check of an answer. */
export type AnswerCheck =
  /** A regular expression that the answer's text must match somewhere. */
  | { readonly kind: 'regex'; readonly pattern: string }
  /** A JSON Schema that the answer must satisfy. */
  | { readonly kind: 'schema'; readonly schema: JsonObject }
  /** A program and its arguments, given the answer on its standard input; exit code 0 passes. Never over HTTP. */
  | { readonly kind: 'command'; readonly command: readonly string[] }
  /** All of these, in order. */
  | { readonly kind: 'all'; readonly checks: readonly AnswerCheck[] };

/** An answer of a cascade, as acceptance sees it. */
export type StepAnswer = {
  readonly model: Model;
  readonly reply: CollectedReply;
  /** The step that asked for it, from 0; several answers of one step are samples. */
  readonly step: number;
  /** Of the JSON that it contains. Absent: none was requested or called with. */
  readonly validity?: Validity | undefined;
};

/** What is known about JSON and its schema; `unknown` if finding out takes too long. */
export type Validity = 'valid' | 'unknown' | { readonly problem: string };

/** Everything that is known when a cascade decides whether to accept an answer. */
export type AcceptanceQuestion = {
  readonly request: ModelRequest;
  readonly features: RequestFeatures;
  /** In the order in which they arrived; those of the last step are judged, the others are compared with them. */
  readonly answers: readonly StepAnswer[];
  /** P(right) that is needed. */
  readonly threshold: number;
  /** Answers that failed the caller's own check: they are ignored. */
  readonly failed?: ReadonlySet<StepAnswer> | undefined;
  /** The result of the caller's own check. */
  readonly checked?: CheckResult | undefined;
  /** A judge's score, 0 to 1. */
  readonly judged?: number | undefined;
};

/** Whom an answer is checked for. Checks that take long wait for each other, and the keys take turns. */
export type CheckedFor = {
  readonly keyId: string;
  /** Aborted when the caller no longer waits. */
  readonly signal?: AbortSignal;
};

/** Why an answer is missing or unusable, and which signal shows it. */
export type Flaw = { readonly signal: 'refusal' | 'length' | 'schema'; readonly says: string };

/** P(right) that a cascade is expected to find for an answer, and how often. */
export type ExpectedVerdicts = {
  readonly alone: number;
  /** P(right) if an answer of another family agrees, or differs. */
  readonly agreed: number;
  readonly differed: number;
  /** How often the two agree. */
  readonly agreement: number;
};

export type CheckResult = { readonly passed: boolean; readonly says: string };

/** One signal about an answer, in words and as log-odds of its being right; a veto outweighs everything. */
export type Evidence = {
  readonly signal: string;
  readonly says: string;
  readonly logOdds: number;
  readonly veto?: true;
};

export type AcceptanceVerdict = {
  readonly accepted: boolean;
  /** P(right); 0 after a veto, 1 if the caller's own check passed. */
  readonly probability: number;
  /** P(right) before calibration by outcomes; absent if nothing was computed. */
  readonly rawProbability?: number;
  readonly evidence: readonly Evidence[];
  /** The index in `answers` of the one to return if this is accepted. */
  readonly leader: number;
};

/** Judges answers between the steps of a cascade. */
export interface AnswerAcceptance {
  weigh(question: AcceptanceQuestion): AcceptanceVerdict;
  /** Whether two answers agree; `undefined` if that cannot be decided. */
  agree(request: ModelRequest, one: CollectedReply, other: CollectedReply): boolean | undefined;
  /** Whether another right answer can be expected to agree with this one. */
  mayAgree(request: ModelRequest, reply: CollectedReply): boolean;
  /** Whether it can be detected that another answer differs from this one; for prose it cannot. */
  mayDiffer(request: ModelRequest, reply: CollectedReply): boolean;
  /**
   * Whether the answer is a refusal, empty, cut off, or violates the request's schemas, for output or tools; absent:
   * none of these.
   */
  flaw(request: ModelRequest, reply: CollectedReply, checkedFor: CheckedFor): Promise<Flaw | undefined>;
  /** Checks the JSON of a reply by the request's own schemas; absent: it has none. */
  validity(
    request: ModelRequest,
    reply: CollectedReply,
    checkedFor: CheckedFor,
  ): Promise<Validity | undefined>;
  /** P(right) of a sound answer of this model, if nothing else is known. */
  alone(features: RequestFeatures, model: Model): number;
  /** Runs the caller's own check. A check that cannot be run has failed. */
  check(check: AnswerCheck, reply: CollectedReply, checkedFor: CheckedFor): Promise<CheckResult>;
  /** The request that asks a judge about an answer. */
  judgeRequest(
    request: ModelRequest,
    reply: CollectedReply,
  ): Pick<ModelRequest, 'messages' | 'maxOutputTokens'>;
  /** The score in a judge's reply, 0 to 1; `undefined` if it is unreadable. */
  readJudgement(reply: CollectedReply): number | undefined;
}
