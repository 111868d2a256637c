import type { Plan, Policy } from '../core/plan.ts';
import { rankByNumber } from './rank-by-number.ts';
import { expectations } from './utility.ts';

const equal = { quality: 1, cost: 1, latency: 1 };

/** Quality, cost and latency, each from 0 (worst of the candidates) to 1 (best), added up by the user's weights. */
const weighted: Policy = {
  name: 'weighted',
  plan(features, candidates, stats): Plan {
    const { quality: q, cost: c, latency: l } = features.preferences?.weights ?? equal;
    const { success, cost, waitMs } = expectations(features, candidates, stats);
    for (let at = 0; at < candidates.length; at++) {
      cost[at] = -Math.log(Math.max(1, Math.min(cost[at] ?? 0, Number.MAX_VALUE)));
      waitMs[at] = -(waitMs[at] ?? 0);
    }
    for (const measure of [success, cost, waitMs]) scale(measure, candidates.length);
    const ordered = rankByNumber(candidates, { features, stats }, (at) => {
      return -(q * (success[at] ?? 0) + c * (cost[at] ?? 0) + l * (waitMs[at] ?? 0));
    });
    return {
      steps: [{ candidates: ordered }],
      reason: `${ordered[0]?.model.id} is best by quality ${q}, cost ${c}, latency ${l}`,
    };
  },
};

export default weighted;

/** Puts the first `count` of a measure between 0 for the worst candidate and 1 for the best; all alike: 1. */
function scale(values: Float64Array, count: number): void {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < count; at++) {
    const value = values[at] ?? 0;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const span = high - low;
  for (let at = 0; at < count; at++) values[at] = span === 0 ? 1 : ((values[at] ?? 0) - low) / span;
}
