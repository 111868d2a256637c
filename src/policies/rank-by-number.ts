import type { RequestFeatures } from '../core/routing/request/request-features.ts';
import type { Stats } from '../core/routing/plan/deployment-stats.ts';
import type { Candidate } from '../core/deployment.ts';
import { kindOfCall } from './kind-of-call.ts';
import { inOrder, sortedPlaces, sortingRoom } from './sorted-by-keys.ts';

type Situation = { readonly features: RequestFeatures; readonly stats: Stats };

/**
 * Sorts candidates by a number, lowest first; unhealthy ones follow all healthy ones, and ties go to the newer model.
 */
export function rankByNumber(
  candidates: readonly Candidate[],
  situation: Situation,
  number: (at: number) => number,
): Candidate[] {
  return rankByNumbers(candidates, situation, (values) => {
    for (let at = 0; at < candidates.length; at++) values[at] = number(at);
  });
}

/** Sorts candidates as `rankByNumber` does, by numbers that `write` puts at the candidates' places. */
export function rankByNumbers(
  candidates: readonly Candidate[],
  { features, stats }: Situation,
  write: (values: Float32Array) => void,
): Candidate[] {
  const { groups, values } = sortingRoom(candidates.length);
  const { allHealthy = false } = stats;
  write(values);
  groups.fill(0, 0, candidates.length);
  if (!allHealthy) {
    for (let at = 0; at < candidates.length; at++) {
      const candidate = candidates[at];
      if (candidate && !stats.of(candidate.deployment).healthy) groups[at] = 1;
    }
  }
  return inOrder(candidates, sortedPlaces(candidates, kindOfCall(features.work.task)));
}
