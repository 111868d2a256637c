import type { ChoosableCall } from '../../core/routing/request/choosable-call.ts';
import type { Model } from '../../core/model.ts';
import type { AnswerLengths } from '../../core/money/answer-lengths.ts';
import type { ExpectedVerdicts } from '../../core/routing/acceptance/acceptance.ts';
import type { CallRow } from '../../core/stores/ledger.ts';
import type { Stats } from '../../core/routing/plan/deployment-stats.ts';
import type { Plan, Policy } from '../../core/routing/plan/plan.ts';
import type { SuccessWorths } from '../../core/routing/quality/quality-estimates.ts';
import type { RequestFeatures } from '../../core/routing/request/request-features.ts';
import type { KeyRouting, RoutingPreferences } from '../../core/routing/preferences/routing-preferences.ts';
import type { Candidate } from '../../core/deployment.ts';
import type { KnownCandidates } from './known-candidates.ts';

/** What calls are decided in: the available models, how one is chosen, and what is known of their quality. */
export type World = KnownCandidates & {
  readonly policyFor: (features: RequestFeatures) => Policy;
  /** Chooses as routing does; `undefined` if none of the candidates is one that the call may go to. */
  readonly choose: (asked: ChoosableCall, question: ChoiceQuestion) => Plan | undefined;
  /** A pin in it is an id. */
  readonly preferences: RoutingPreferences;
  /** The current settings of a call's key. */
  readonly keyOf: (keyId: string) => WorldKey | undefined;
  /** Whether a call may use a candidate, by its key's limits, by where data may go and by the providers it wanted. */
  readonly mayUse: (call: Pick<CallRow, 'keyId' | 'startedAt' | 'decision'>, candidate: Candidate) => boolean;
  /** P(success) of a model at a kind of work, with its standard deviation and the number of outcomes of just this kind. */
  readonly chance: (
    model: Model,
    features: RequestFeatures,
  ) => { readonly mean: number; readonly deviation: number; readonly weightAtTask: number };
  /** The expected verdicts of a cascade on an answer that is right with this chance. */
  readonly expectedVerdicts: (chance: number) => ExpectedVerdicts;
  /** How long each model's answers were in these calls. */
  readonly answerLengths: AnswerLengths;
  /** Measured latency of each place. */
  readonly stats: Stats;
  /** What a success may cost, if a training has found it. */
  readonly worths?: SuccessWorths | undefined;
};

export type WorldKey = { readonly tags?: readonly string[]; readonly routing?: KeyRouting };

/** What a choice depends on, besides the call itself. */
export type ChoiceQuestion = {
  readonly features: RequestFeatures;
  /** The candidates that could serve the call. */
  readonly fit: readonly Candidate[];
  readonly stats: Stats;
};
