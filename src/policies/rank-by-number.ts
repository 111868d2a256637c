import type { Stats } from '../core/plan.ts';
import type { Candidate } from '../core/provider.ts';
import { inOrder, sortedPlaces, sortingRoom } from './sorted-by-keys.ts';

/** Candidates by a number, lowest first; an unhealthy one stands behind every healthy one, and ids settle ties. */
export function rankByNumber(
  candidates: readonly Candidate[],
  stats: Stats,
  number: (candidate: Candidate, at: number) => number,
): Candidate[] {
  const { groups, values } = sortingRoom(candidates.length);
  const { allHealthy = false } = stats;
  for (let at = 0; at < candidates.length; at++) {
    const candidate = candidates[at];
    if (!candidate) continue;
    groups[at] = allHealthy || stats.of(candidate.deployment).healthy ? 0 : 1;
    values[at] = number(candidate, at);
  }
  return inOrder(candidates, sortedPlaces(candidates));
}
