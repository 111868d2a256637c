import type { Model } from '../core/model.ts';
import type { RoutingMode } from '../core/routing/routing-preferences.ts';
import type { KnownChance } from './interval.ts';

/** Overrides config and key. If empty, they apply as they are, also to calls that named their model. */
export type Forced = { readonly policy?: string; readonly mode?: RoutingMode; readonly quality?: number };

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
