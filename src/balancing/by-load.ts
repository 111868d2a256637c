import type { Stats } from '../core/routing/deployment-stats.ts';
import type { Candidate } from '../core/provider.ts';

/** What one more call would make of a deployment's load, for its weight. */
function loadOf({ deployment }: Candidate, stats: Stats): number {
  return (stats.of(deployment).inFlight + 1) / deployment.weight;
}

/** Deployments by a number, lowest first; the least busy for its weight settles ties, then the config's order. */
export function byNumber(
  deployments: readonly Candidate[],
  stats: Stats,
  number: (candidate: Candidate) => number,
): Candidate[] {
  return deployments
    .map((candidate) => ({ candidate, number: number(candidate), load: loadOf(candidate, stats) }))
    .sort((a, b) => compare(a.number, b.number) || a.load - b.load)
    .map(({ candidate }) => candidate);
}

/** Two infinities are equal, which their difference does not say. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
