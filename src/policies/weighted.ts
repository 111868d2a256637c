import type { Plan, Policy } from '../core/plan.ts';
import { rankByNumber } from './rank-by-number.ts';
import { type Expectation, expectations } from './utility.ts';

const equal = { quality: 1, cost: 1, latency: 1 };

/** Quality, cost and latency, each from 0 (worst of the candidates) to 1 (best), added up by the user's weights. */
const weighted: Policy = {
  name: 'weighted',
  plan(features, candidates, stats): Plan {
    const weights = features.preferences?.weights ?? equal;
    const expected = expectations(features, candidates, stats);
    const quality = scale(expected, ({ success }) => success);
    const price = scale(expected, ({ cost }) => -Math.log(Math.max(1, Math.min(cost, Number.MAX_VALUE))));
    const speed = scale(expected, ({ waitMs }) => -waitMs);
    const ordered = rankByNumber(candidates, stats, (_, at) => {
      const liked = weights.quality * (quality[at] ?? 0) + weights.cost * (price[at] ?? 0);
      return -(liked + weights.latency * (speed[at] ?? 0));
    });
    const { quality: q, cost: c, latency: l } = weights;
    return {
      steps: [{ candidates: ordered }],
      reason: `${ordered[0]?.model.id} is best by quality ${q}, cost ${c}, latency ${l}`,
    };
  },
};

export default weighted;

/** Puts a measure between 0 for the worst candidate and 1 for the best; all alike: 1. */
function scale(all: readonly Expectation[], of: (one: Expectation) => number): Float64Array {
  const values = new Float64Array(all.length);
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const [at, one] of all.entries()) {
    const value = of(one);
    values[at] = value;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const span = high - low;
  for (let at = 0; at < values.length; at++) values[at] = span === 0 ? 1 : ((values[at] ?? 0) - low) / span;
  return values;
}
