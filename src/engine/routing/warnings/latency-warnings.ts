import type { Stats } from '../../../core/routing/plan/deployment-stats.ts';
import type { Plan } from '../../../core/routing/plan/plan.ts';
import type { RequestFeatures } from '../../../core/routing/request/request-features.ts';
import { plannedCandidates } from '../../../core/routing/plan/planned-candidates.ts';
import type { Ms } from '../../../core/units.ts';
import { latelyWaited } from '../../deployments/pace/recent-wait.ts';

/** Warns about planned models whose recent latency reaches the caller's `maxLatencyMs`. */
export function latencyWarnings(stats: Stats, features: RequestFeatures, plan: Plan): string[] {
  const { maxLatencyMs } = features.limits;
  if (maxLatencyMs === undefined) return [];
  const slow = new Map<string, Ms>();
  for (const { model, deployment } of plannedCandidates(plan)) {
    const waited = latelyWaited(stats.of(deployment).waits, features);
    if (waited !== undefined && waited >= maxLatencyMs) slow.set(model.id, waited);
  }
  return [...slow].map(
    ([model, waited]) =>
      `${model} recently took about ${Math.round(waited)} ms, and the limit is ${maxLatencyMs} ms`,
  );
}
