import type { Plan, Policy, RequestFeatures } from '../core/plan.ts';
import type { Candidate } from '../core/provider.ts';
import { successPrior } from '../core/success-prior.ts';
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
    const wanted = aim?.wanted ?? 0;
    const money = { mode, usualCost: usualCost(features) };
    const ordered = rankByNumber(candidates, { features, stats }, (at) => {
      if (quality === undefined) return -utilityAt(expected, at, money);
      // Those below the target follow those above it, best first.
      const chance = success[at] ?? 0;
      return chance >= wanted ? (cost[at] ?? 0) : beyondAnyCost * (1 - chance / 2);
    });
    const [first] = ordered;
    const chance = (first === undefined ? 0 : (success[candidates.indexOf(first)] ?? 0)) * 100;
    const kind = quality === undefined ? `best in mode ${mode}` : (aim?.kind ?? '');
    return {
      steps: [{ candidates: ordered }],
      reason: `${first?.model.id} is the ${kind}: succeeds at ${chance.toFixed(0)} % of prompts like this`,
      ...(aim?.warning && { warnings: [aim.warning] }),
    };
  },
};

export default learned;

const beyondAnyCost = 1e30;

type Left = { readonly candidates: readonly Candidate[]; readonly success: Float64Array };

/** What a quality target means at this prompt. It is measured on the best model that was thought of, ruled out or not. */
function qualityAim(
  quality: number,
  { considered = [], quality: known, task, difficulty }: RequestFeatures,
  { candidates, success }: Left,
): { wanted: number; kind: string; warning?: string } {
  let best = '';
  let most = 0;
  for (let at = 0; at < candidates.length; at++) {
    if ((success[at] ?? 0) <= most) continue;
    most = success[at] ?? 0;
    best = candidates[at]?.model.id ?? '';
  }
  const mostLeft = most;
  for (const model of considered) {
    const chance = known?.of(model) ?? successPrior(model, task, difficulty);
    if (chance <= most) continue;
    most = chance;
    best = model.id;
  }
  const wanted = quality * most;
  if (mostLeft >= wanted) return { wanted, kind: `cheapest within ${percent(quality)} of the best` };
  return {
    wanted,
    kind: `best that is left, though below ${percent(quality)} of ${best}`,
    warning: `no model that may serve this call reaches ${percent(quality)} of the quality of ${best} (${percent(wanted)} of prompts like this; the best left reaches ${percent(mostLeft)})`,
  };
}

function percent(share: number): string {
  // As many digits as tell it from the whole: 0.9999 is not 100 %.
  const digits = [1, 2, 3, 4].find((count) => share >= 1 || Number((share * 100).toFixed(count)) < 100) ?? 5;
  return `${Number((share * 100).toFixed(digits))} %`;
}
