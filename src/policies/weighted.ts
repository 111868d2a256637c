import type { Plan, Policy } from '../core/routing/plan/plan.ts';
import { rankByNumber } from './rank-by-number.ts';
import { expectations } from './utility.ts';

const equal = { quality: 1, cost: 1, latency: 1 };

/**
 * Scores quality, cost and latency from 0 (worst of the candidates) to 1 (best), and adds them up by the user's
 * weights.
 */
const weighted: Policy = {
  name: 'weighted',
  plan(features, candidates, stats): Plan {
    const { quality: q, cost: c, latency: l } = features.preferences?.weights ?? equal;
    const all = expectations(features, candidates, stats);
    const { length } = candidates;
    const [success, cost, wait] = [
      rangeOf(all.success, length),
      rangeOf(all.cost, length),
      rangeOf(all.waitMs, length),
    ];
    const [dearest, cheapest] = [thrift(cost.most), thrift(cost.least)];
    const ordered = rankByNumber(candidates, { features, stats }, (at) => {
      const quality = scaled(all.success[at] ?? 0, success.least, success.most);
      const saving = scaled(thrift(all.cost[at] ?? 0), dearest, cheapest);
      const haste = scaled(-(all.waitMs[at] ?? 0), -wait.most, -wait.least);
      return -(q * quality + c * saving + l * haste);
    });
    return {
      steps: [{ candidates: ordered }],
      reason: `${ordered[0]?.model.id} is best by quality ${q}, cost ${c}, latency ${l}`,
    };
  },
};

export default weighted;

/** Higher is cheaper, on a logarithmic scale: doubling a price costs the same at any level. */
function thrift(nanoUsd: number): number {
  return -Math.log(Math.max(1, Math.min(nanoUsd, Number.MAX_VALUE)));
}

/** Scales a value to 0 (worst of the candidates) to 1 (best); 1 if all are equal. */
function scaled(value: number, worst: number, best: number): number {
  return worst === best ? 1 : (value - worst) / (best - worst);
}

function rangeOf(values: ArrayLike<number>, count: number) {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < count; at++) {
    const value = values[at] ?? 0;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return { least, most };
}
