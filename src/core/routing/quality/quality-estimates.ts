import type { Model } from '../../model.ts';
import type { Candidate } from '../../deployment.ts';
import type { TaskType } from '../../task.ts';
import type { Tokens } from '../../units.ts';

/** P(success), 0 to 1, of a model for the current prompt. */
export type QualityEstimates = {
  of(model: Model): number | undefined;
  /**
   * The estimates of all these candidates, by index. Read-only, and valid until the next call. Absent: ask for each.
   */
  ofAll?(candidates: readonly Candidate[]): Float64Array;
  /**
   * How much of the estimate comes from the prompt's own words rather than the kind of work. Absent, or `undefined`:
   * nothing.
   */
  promptShift?(model: Model): number | undefined;
  /** What a success may cost so that, on average, a share of the best model's quality is kept; absent: unknown. */
  readonly worths?: SuccessWorths | undefined;
};

/** What a success may cost, as learned from judged calls. */
export type SuccessWorths = {
  /** The model that did best across all of them; shares are measured against its quality. */
  readonly bestSingle: string;
  /** How many prompts were judged. */
  readonly prompts: number;
  /** Whether the model was among those judged. */
  includes(model: string): boolean;
  /** The lowest worth that kept this share (1: all of it), with 95 % confidence; `undefined` if none did. */
  keeping(share: number): SuccessWorth | undefined;
  /**
   * The length of a model's answers that was assumed when the worth was found: costs compared with it must be computed
   * with the same length. `undefined`: with the length that the call is expected to have.
   */
  answerTokens(task: TaskType | undefined, model: string): Tokens | undefined;
};

/** One price for all traffic: choosing the greatest P(success) · worth − cost keeps a share of the quality. */
export type SuccessWorth = {
  readonly nanoUsd: number;
  /** The share of the best single model's quality that is kept at least; above 1 if it is surpassed. */
  readonly share: number;
  /** The cost of that, as a share of the best single model's cost. */
  readonly costShare: number;
};
