import type { Stats } from '../core/plan.ts';
import type { Candidate } from '../core/provider.ts';

/**
 * The order in which the candidates of one step are tried: the policy's, but benched deployments last, and among the
 * deployments of one model the least busy for its weight first. Nobody is dropped.
 */
export function orderCandidates(candidates: readonly Candidate[], stats: Stats): Candidate[] {
  const busy = new Map(candidates.map((candidate) => [candidate, loadOf(candidate, stats)]));
  const place = new Map<string, number>();
  for (const { model } of candidates) if (!place.has(model.id)) place.set(model.id, place.size);
  const balanced = candidates.toSorted(
    (a, b) =>
      (place.get(a.model.id) ?? 0) - (place.get(b.model.id) ?? 0) || (busy.get(a) ?? 0) - (busy.get(b) ?? 0),
  );
  const healthy = (candidate: Candidate) => stats.of(candidate.deployment.id).healthy;
  return [...balanced.filter(healthy), ...balanced.filter((candidate) => !healthy(candidate))];
}

/** What one more call would make of it. Ties keep the order of the config, so weights alone decide an idle house. */
function loadOf({ deployment }: Candidate, stats: Stats): number {
  return (stats.of(deployment.id).inFlight + 1) / deployment.weight;
}
