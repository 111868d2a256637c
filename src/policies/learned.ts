import type { Plan, Policy, RequestFeatures } from '../core/plan.ts';
import { successPrior } from '../core/success-prior.ts';
import { rankByNumber } from './rank-by-number.ts';
import { type Expectation, expectations, utilityOf } from './utility.ts';

/**
 * The greatest expected utility, by what has been learned of each model at prompts like this one; or, with a quality
 * target, the cheapest that reaches that share of the best candidate's chances.
 */
const learned: Policy = {
  name: 'learned',
  plan(features, candidates, stats): Plan {
    const expected = expectations(features, candidates, stats);
    const { mode = 'balanced', quality } = features.preferences ?? {};
    const aim = quality === undefined ? undefined : qualityAim(quality, features, expected);
    const wanted = aim?.wanted ?? 0;
    const ordered = rankByNumber(candidates, stats, (_, at) => {
      const one = expected[at];
      if (one === undefined) return Number.POSITIVE_INFINITY;
      if (quality === undefined) return -utilityOf(one, mode);
      // Those below the target follow those above it, best first.
      return one.success >= wanted ? one.cost : beyondAnyCost * (1 - one.success / 2);
    });
    const first = expected.find(({ candidate }) => candidate === ordered[0]);
    const chance = ((first?.success ?? 0) * 100).toFixed(0);
    const kind = quality === undefined ? `best in mode ${mode}` : (aim?.kind ?? '');
    return {
      steps: [{ candidates: ordered }],
      reason: `${first?.candidate.model.id} is the ${kind}: succeeds at ${chance} % of prompts like this`,
      ...(aim?.warning && { warnings: [aim.warning] }),
    };
  },
};

export default learned;

const beyondAnyCost = 1e30;

/** What a quality target means at this prompt. It is measured on the best model that was thought of, ruled out or not. */
function qualityAim(
  quality: number,
  { considered = [], quality: known, task, difficulty }: RequestFeatures,
  left: readonly Expectation[],
): { wanted: number; kind: string; warning?: string } {
  const all = [
    ...left.map(({ candidate: { model }, success }) => ({ id: model.id, success })),
    ...considered.map((model) => ({
      id: model.id,
      success: known?.of(model) ?? successPrior(model, task, difficulty),
    })),
  ];
  const best = all.reduce((one, other) => (other.success > one.success ? other : one));
  const wanted = quality * best.success;
  if (left.some(({ success }) => success >= wanted))
    return { wanted, kind: `cheapest within ${percent(quality)} of the best` };
  const most = Math.max(...left.map(({ success }) => success));
  return {
    wanted,
    kind: `best that is left, though below ${percent(quality)} of ${best.id}`,
    warning: `no model that may serve this call reaches ${percent(quality)} of the quality of ${best.id} (${percent(wanted)} of prompts like this; the best left reaches ${percent(most)})`,
  };
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}
