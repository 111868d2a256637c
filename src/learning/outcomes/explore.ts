import type { Estimate } from './online-learner.ts';

/** A choice with its propensity, by which later evaluations of other policies divide. */
export type Exploration<T> = { readonly chosen: T; readonly propensity: number; readonly explored: boolean };

/**
 * Default share of calls that try another candidate than the best known. It costs little, since only candidates that
 * may be better are tried; chosen on the training part of the bench's task mix.
 */
export const usualExploration = 0.05;

/**
 * Returns the leader, or with probability `rate` (limited to 0 to .05) another candidate, chosen uniformly among those
 * that `plausible` accepts. Critical calls, and calls without a plausible alternative, get the leader.
 */
export function explore<T>(
  leader: T,
  candidates: readonly T[],
  options: {
    /** `at` is the candidate's place. */
    readonly plausible: (candidate: T, at: number) => boolean;
    /** 0 ≤ x < 1. */
    readonly random: () => number;
    readonly rate?: number;
    readonly critical?: boolean;
  },
): Exploration<T> {
  const { plausible, random, critical = false } = options;
  const rate = critical ? 0 : Math.min(0.05, Math.max(0, options.rate ?? usualExploration));
  const isWorthTrying = (candidate: T, at: number) => candidate !== leader && plausible(candidate, at);
  // Most calls stay with the leader: for them it suffices to know that an alternative exists.
  if (rate === 0 || !candidates.some(isWorthTrying))
    return { chosen: leader, propensity: 1, explored: false };
  const draw = random();
  if (draw >= rate) return { chosen: leader, propensity: 1 - rate, explored: false };
  const worthTrying = candidates.filter(isWorthTrying);
  const chosen = worthTrying[Math.floor((draw / rate) * worthTrying.length)] ?? leader;
  return { chosen, propensity: rate / worthTrying.length, explored: true };
}

/** Whether a candidate's uncertainty leaves room for it to be better than the leader. */
export function mayBeBetter(candidate: Estimate, leader: Estimate): boolean {
  return candidate.mean + candidate.deviation >= leader.mean;
}
