import type { Plan, Policy } from '../core/plan.ts';
import { candidateCost } from './rank-by-tier.ts';
import { rankByNumber } from './rank-by-number.ts';

/** The cheapest that can do it at all. */
const cost: Policy = {
  name: 'cost',
  plan(features, candidates, stats): Plan {
    const ordered = rankByNumber(candidates, stats, (candidate) => candidateCost(candidate, features));
    return { steps: [{ candidates: ordered }], reason: `${ordered[0]?.model.id} is the cheapest that fits` };
  },
};

export default cost;
