import type { RatingHabits } from '../../core/stores/ledger.ts';

/**
 * Who only complains says nothing about good answers, so that complaints alone would count the failures and leave out
 * the successes. As controls (a case-control study), unrated answers of the same key at the same task count as good:
 * for each complaint as many as should be good for each bad one. A model whose answers are complained about as often
 * as was expected, or less often, thus keeps its chance, and one with more complaints loses, since each unrated answer
 * counts once and they run out.
 *
 * It is assumed that a key complains about the bad answers of all its models at a task equally often. How often that
 * is cannot be known: up to the expected number of bad answers, complaints only tell which models are worse than
 * others.
 */
export function controlsOf(
  complaint: {
    /** What was expected of the answer. */
    readonly chance: number;
  },
  { good, bad, unrated }: RatingHabits,
  random: () => number,
): string[] {
  if (bad <= complaintsForEachPraise * good) return [];
  const pool = [...unrated];
  const count = Math.min(mostControls, Math.ceil(complaint.chance / (1 - complaint.chance)), pool.length);
  return Array.from({ length: count }, () => pool.splice(Math.floor(random() * pool.length), 1)).flat();
}

/**
 * A key that complains more than this many times as often as it praises only complains: whoever rates a fair sample of
 * answers would complain as often only if five in six were bad.
 */
export const complaintsForEachPraise = 5;

/** The most controls for a complaint: enough for a chance of .975. */
const mostControls = 40;
