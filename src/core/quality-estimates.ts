import type { Model } from './model.ts';
import type { Candidate } from './provider.ts';
import type { TaskType } from './task.ts';

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
