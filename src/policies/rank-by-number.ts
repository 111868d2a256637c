import type { Stats } from '../core/plan.ts';
import type { Candidate } from '../core/provider.ts';

/** Candidates by a number, lowest first; an unhealthy one stands behind every healthy one, and ids settle ties. */
export function rankByNumber(
  candidates: readonly Candidate[],
  stats: Stats,
  number: (candidate: Candidate) => number,
): Candidate[] {
  return candidates
    .map((candidate) => ({
      candidate,
      value: number(candidate),
      healthy: stats.of(candidate.deployment).healthy,
    }))
    .sort((a, b) => {
      if (a.healthy !== b.healthy) return a.healthy ? -1 : 1;
      if (a.value !== b.value) return a.value < b.value ? -1 : 1;
      return a.candidate.model.id < b.candidate.model.id ? -1 : 1;
    })
    .map(({ candidate }) => candidate);
}
