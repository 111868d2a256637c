import type { Plan, Policy } from '../core/plan.ts';
import { rankByNumber } from './rank-by-number.ts';
import { expectations, utilityOf } from './utility.ts';

/**
 * The greatest expected utility, by what has been learned of each model at prompts like this one; or, with a quality
 * target, the cheapest that reaches that share of the best candidate's chances.
 */
const learned: Policy = {
  name: 'learned',
  plan(features, candidates, stats): Plan {
    const expected = new Map(expectations(features, candidates, stats).map((one) => [one.candidate, one]));
    const { mode = 'balanced', qualityTarget } = features.preferences ?? {};
    const best = Math.max(...[...expected.values()].map(({ success }) => success));
    const wanted = qualityTarget === undefined ? 0 : qualityTarget * best;
    const ordered = rankByNumber(candidates, stats, (candidate) => {
      const one = expected.get(candidate);
      if (one === undefined) return Number.POSITIVE_INFINITY;
      if (qualityTarget === undefined) return -utilityOf(one, mode);
      // Those below the target follow those above it, best first.
      return one.success >= wanted ? one.cost : Number.MAX_VALUE * (1 - one.success / 2);
    });
    const first = ordered[0] && expected.get(ordered[0]);
    const chance = ((first?.success ?? 0) * 100).toFixed(0);
    const aim =
      qualityTarget === undefined
        ? `best in mode ${mode}`
        : `cheapest within ${(qualityTarget * 100).toFixed(0)} % of the best`;
    return {
      steps: [{ candidates: ordered }],
      reason: `${first?.candidate.model.id} is the ${aim}: succeeds at ${chance} % of prompts like this`,
    };
  },
};

export default learned;
