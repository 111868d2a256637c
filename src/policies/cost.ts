import type { Plan, Policy } from '../core/routing/plan/plan.ts';
import { candidateCosts } from './candidate-columns.ts';
import { rankByNumbers } from './rank-by-number.ts';

/** Prefers the cheapest candidate. */
const cost: Policy = {
  name: 'cost',
  plan(features, candidates, stats): Plan {
    const ordered = rankByNumbers(candidates, { features, stats }, (costs) => {
      candidateCosts(candidates, features, costs);
    });
    return { steps: [{ candidates: ordered }], reason: `${ordered[0]?.model.id} is the cheapest that fits` };
  },
};

export default cost;
