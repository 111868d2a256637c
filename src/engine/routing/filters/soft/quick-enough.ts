import type { Candidate } from '../../../../core/deployment.ts';
import { latelyWaited } from '../../../deployments/pace/recent-wait.ts';
import type { Exclusion, FilterContext, SoftFilter } from '../filter.ts';

/** Past latency only predicts the next one, so it leaves no call without candidates unless its caller is strict. */
export const quickEnough: SoftFilter = {
  applies: ({ features, strict }) => features.limits.maxLatencyMs !== undefined && !strict,
  excludes: (candidate, context) =>
    context.isNamed(candidate.model) ? undefined : tooSlow(candidate, context),
  isSure: () => true,
};

/** Models without a recent measurement are not excluded; the call's time limit applies to them. */
export function tooSlow(
  { deployment }: Candidate,
  { features, stats }: FilterContext,
): Exclusion | undefined {
  const { maxLatencyMs } = features.limits;
  if (maxLatencyMs === undefined) return undefined;
  const waited = latelyWaited(stats.of(deployment).waits, features);
  if (waited === undefined || waited < maxLatencyMs) return undefined;
  const what = features.request.stream ? 'first content' : 'whole answer';
  return {
    rule: 'latency',
    reason: `its ${what} recently took about ${Math.round(waited)} ms, and the limit is ${maxLatencyMs} ms`,
  };
}
