import type { Model } from '../../core/model.ts';
import type { KnownChance } from '../sample/interval.ts';

/** A call of the ledger as it would be decided. */
export type Decided = {
  /** The model whose answer is returned; for a cascade the likeliest. */
  readonly model: Model;
  /** Ids of the models that are asked, in order. */
  readonly path: readonly string[];
  readonly nanoUsd: number;
  /** Standard deviation of the cost, if the cost depends on how answers turn out. */
  readonly deviation?: number;
  readonly quality: KnownChance;
  /** For a cascade: it ends at the same step as the recorded call. */
  readonly endsAsBefore?: boolean;
};
