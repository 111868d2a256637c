import { compareNumbers } from '../core/lists/compare-numbers.ts';
import type { Stats } from '../core/routing/plan/deployment-stats.ts';
import type { Candidate } from '../core/deployment.ts';

/** The deployment's load with one more call, relative to its weight. */
function loadOf({ deployment }: Candidate, stats: Stats): number {
  return (stats.of(deployment).inFlight + 1) / deployment.weight;
}

/**
 * Sorts deployments by a number, lowest first; ties go to the least busy for its weight, then to the config's order.
 */
export function byNumber(
  deployments: readonly Candidate[],
  stats: Stats,
  number: (candidate: Candidate) => number,
): Candidate[] {
  return deployments
    .map((candidate) => ({ candidate, number: number(candidate), load: loadOf(candidate, stats) }))
    .sort((a, b) => compareNumbers(a.number, b.number) || a.load - b.load)
    .map(({ candidate }) => candidate);
}
