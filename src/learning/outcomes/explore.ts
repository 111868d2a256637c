import type { Estimate } from './online-learner.ts';

/** A choice with the chance that it had of being made: what later judgements of other policies divide by. */
export type Exploration<T> = { readonly chosen: T; readonly propensity: number; readonly explored: boolean };

/**
 * Share of calls that try something else than the best known, unless the caller says otherwise. It costs little, since
 * only what may be better is tried; chosen on the training part of the bench's task mix.
 */
export const usualExploration = 0.05;

/**
 * Mostly the first of `ranked`; with the chance `rate` (kept within 0 and .05) another one, evenly among those that
 * `plausible` says might be better. Calls that are critical, or that have nothing worth trying, get the first.
 */
export function explore<T>(
  ranked: readonly [T, ...T[]],
  options: {
    readonly plausible: (candidate: T, leader: T) => boolean;
    /** 0 ≤ x < 1. */
    readonly random: () => number;
    readonly rate?: number;
    readonly critical?: boolean;
  },
): Exploration<T> {
  const { plausible, random, critical = false } = options;
  const [leader] = ranked;
  const rate = critical ? 0 : Math.min(0.05, Math.max(0, options.rate ?? usualExploration));
  const isWorthTrying = (candidate: T) => candidate !== leader && plausible(candidate, leader);
  // Most calls stay with the leader: for them it is enough to know that there is somebody else.
  if (rate === 0 || !ranked.some(isWorthTrying)) return { chosen: leader, propensity: 1, explored: false };
  const draw = random();
  if (draw >= rate) return { chosen: leader, propensity: 1 - rate, explored: false };
  const worthTrying = ranked.filter(isWorthTrying);
  const chosen = worthTrying[Math.floor((draw / rate) * worthTrying.length)] ?? leader;
  return { chosen, propensity: rate / worthTrying.length, explored: true };
}

/** Whether what is not known of a candidate leaves room for it to be better than the leader. */
export function mayBeBetter(candidate: Estimate, leader: Estimate): boolean {
  return candidate.mean + candidate.deviation >= leader.mean;
}
