import type { Model } from '../model.ts';
import type { Candidate } from '../provider.ts';
import type { TaskType } from '../task.ts';
import type { Tokens } from '../units.ts';

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
  /** What a success may cost so that a share of the best model's quality is kept on the average; absent: nobody knows. */
  readonly worths?: SuccessWorths | undefined;
};

/** What a success may cost, as judged calls have shown it. */
export type SuccessWorths = {
  /** The model that did best at all of them, on whose quality shares are measured. */
  readonly bestSingle: string;
  /** How many prompts were judged. */
  readonly prompts: number;
  /** Whether a model is one of those that were judged there. */
  includes(model: string): boolean;
  /** The least worth that kept this share (1: all of it), with 95 % confidence; `undefined` where none did. */
  keeping(share: number): SuccessWorth | undefined;
  /**
   * How long an answer was taken to be when the price was found: what is held against that price has to be worked out with the
   * same length. `undefined`: with whatever the call is expected to take.
   */
  answerTokens(task: TaskType | undefined): Tokens | undefined;
};

/** One price for the whole of the traffic: whoever takes the greatest P(success) · worth − cost keeps a share of the quality. */
export type SuccessWorth = {
  readonly nanoUsd: number;
  /** What is surely kept of the best single model's quality: more than 1 where it is surpassed. */
  readonly share: number;
  /** What that took of the best single model's cost. */
  readonly costShare: number;
};
