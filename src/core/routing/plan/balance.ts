import type { Stats } from './deployment-stats.ts';
import type { Candidate } from '../../deployment.ts';
import type { Ms, Tokens } from '../../units.ts';

/** The ways to distribute calls among the deployments of one model. */
export const balanceStrategyNames = [
  'least-busy',
  'weighted',
  'round-robin',
  'latency',
  'headroom',
  'cheapest',
] as const;

export type BalanceStrategyName = (typeof balanceStrategyNames)[number];

/** What a strategy may look at besides the deployments themselves. */
export type BalanceSituation = {
  readonly stats: Stats;
  /** How many calls of this model were balanced before: 0 for the first. */
  readonly turn: number;
  /** 0 ≤ x < 1. */
  readonly random: () => number;
  readonly at: Ms;
  readonly inputTokens: Tokens;
  readonly outputTokens: Tokens;
};

/**
 * Orders the deployments of one model, best first. Pure except for the given randomness. Returns all deployments it
 * gets: the engine puts benched and full ones last afterwards.
 */
export interface BalanceStrategy {
  readonly name: BalanceStrategyName;
  order(deployments: readonly Candidate[], situation: BalanceSituation): Candidate[];
  /**
   * The deployments that conversations may be assigned to: those about as good as the best. A cached prompt does not
   * make up for a worse one. Absent: all.
   */
  homes?(deployments: readonly Candidate[], situation: BalanceSituation): Candidate[];
}
