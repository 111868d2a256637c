import type { Plan, Policy } from '../core/plan.ts';
import { qualityAim, towards } from './quality-aim.ts';
import { rankByNumber } from './rank-by-number.ts';
import { expectations, usualCost, utilityAt } from './utility.ts';

/**
 * The greatest expected utility, by what has been learned of each model at prompts like this one; or, with a quality
 * target, the cheapest that reaches that share of the best candidate's chances.
 */
const learned: Policy = {
  name: 'learned',
  plan(features, candidates, stats): Plan {
    const expected = expectations(features, candidates, stats);
    const { success, cost } = expected;
    const { mode = 'balanced', quality } = features.preferences ?? {};
    const aim = quality === undefined ? undefined : qualityAim(quality, features, { candidates, success });
    const money = { mode, usualCost: usualCost(features) };
    const ordered = rankByNumber(candidates, { features, stats }, (at) => {
      if (!aim) return -utilityAt(expected, at, money);
      return towards(aim, success[at] ?? 0, cost[at] ?? 0);
    });
    const [first] = ordered;
    const chance = (first === undefined ? 0 : (success[candidates.indexOf(first)] ?? 0)) * 100;
    const kind = aim?.kind ?? `best in mode ${mode}`;
    return {
      steps: [{ candidates: ordered }],
      reason: `${first?.model.id} is the ${kind}: succeeds at ${chance.toFixed(0)} % of prompts like this`,
      ...(aim?.warning && { warnings: [aim.warning] }),
    };
  },
};

export default learned;
