import type { Candidate } from '../../deployment.ts';
import type { Tier } from '../../task.ts';
import type { Stats } from './deployment-stats.ts';
import type { RequestFeatures } from '../request/request-features.ts';

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
  readonly minTier?: Tier;
  /** Moves a conversation away from a model that is less likely to succeed than this, whatever the cost. */
  readonly minChance?: number;
  /** Moves a conversation if the gain in P(success), at this worth of a success, exceeds what moving costs. */
  readonly successNanoUsd?: number;
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

/**
 * Ranks the candidates that passed the hard filters. Input and output are never empty. `plan` awaits nothing, and nothing
 * that it changes can be seen in a later decision. Two habits make it fast:
 *
 * - The same lists of candidates come with every call, and rankings remember what they know of a list by its identity.
 *   Pass on the list itself: a copy (`candidates.filter(…)`) is ranked equally, but from scratch.
 * - What is computed for all candidates (`expectations`, `quality.ofAll`) lies in shared memory and is valid until the
 *   next call of the same function.
 */
export interface Policy {
  readonly name: string;
  /** The policy handles the requested tier itself. Default: it gets only the candidates of that tier. */
  readonly heedsTier?: boolean;
  /** The policy uses `mode` and `quality`. Default: it has a goal of its own. */
  readonly heedsAims?: boolean;
  plan(features: RequestFeatures, candidates: readonly Candidate[], stats: Stats): Plan;
}
