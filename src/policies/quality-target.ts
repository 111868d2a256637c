import { usdFromNano } from '../core/units.ts';
import type { Plan } from '../core/routing/plan/plan.ts';
import type { RequestFeatures } from '../core/routing/request/request-features.ts';
import type { Candidate } from '../core/deployment.ts';
import type { SuccessWorth, SuccessWorths } from '../core/routing/quality/quality-estimates.ts';
import { successPrior } from '../core/routing/quality/success-prior.ts';

/** What a quality target means for a prompt: the chance of success that is wanted, and how to describe it. */
export type QualityTarget = {
  readonly wanted: number;
  /** The wanted chance, or the best that a candidate has if none reaches it. */
  readonly reached: number;
  readonly kind: string;
  readonly warning?: string;
  /** What a success may cost; set if judged calls have shown at which price the target is kept on average. */
  readonly worth?: SuccessWorth;
};

type Left = {
  readonly candidates: readonly Candidate[];
  /** P(success) of each candidate, at its place. */
  readonly success: ArrayLike<number>;
};

/**
 * Measures the target against the best model considered, even if that one was ruled out. If that model may serve the
 * call and was judged, one price per success keeps the target on average, at less cost than prompt by prompt.
 */
export function qualityTarget(
  quality: number,
  { considered = [], quality: known, work: { task, difficulty } }: RequestFeatures,
  { candidates, success }: Left,
): QualityTarget {
  let best = '';
  let most = 0;
  for (let at = 0; at < candidates.length; at++) {
    if ((success[at] ?? 0) <= most) continue;
    most = success[at] ?? 0;
    best = candidates[at]?.model.id ?? '';
  }
  const maxLeft = most;
  for (const model of considered) {
    const chance = known?.of(model) ?? successPrior(model, task, difficulty);
    if (chance <= most) continue;
    most = chance;
    best = model.id;
  }
  const wanted = quality * most;
  const reached = Math.min(wanted, maxLeft);
  const worth = maxLeft === most && known?.worths?.includes(best) ? known.worths.keeping(quality) : undefined;
  if (worth && known?.worths) return { wanted, reached, worth, kind: boughtAt(worth, known.worths, quality) };
  if (maxLeft >= wanted) return { wanted, reached, kind: `cheapest within ${percent(quality)} of the best` };
  return {
    wanted,
    reached,
    kind: `best that is left, though below ${percent(quality)} of ${best}`,
    warning: `no model that may serve this call reaches ${percent(quality)} of the quality of ${best} (${percent(wanted)} of prompts like this; the best left reaches ${percent(maxLeft)})`,
  };
}

/** Returns a rank, lower is better: candidates that reach the target by cost, then the others by chance, best first. */
export function towards({ wanted }: QualityTarget, chance: number, cost: number): number {
  return chance >= wanted ? cost : beyondAnyCost * (1 - chance / 2);
}

/**
 * Returns a rank at one price of a success for all prompts, lower is better: the call's cost less what its chance of
 * success is worth. A model without judged calls is ranked as by `towards` unless its chance reaches the target.
 */
export function atOnePrice(
  aim: QualityTarget & { readonly worth: SuccessWorth },
  { chance, ownCost, isJudged }: { chance: number; ownCost: number; isJudged: boolean },
): number {
  if (!isJudged && chance < aim.wanted) return towards(aim, chance, ownCost);
  return ownCost - chance * aim.worth.nanoUsd;
}

/** What a plan for this target demands of the model that continues a conversation. */
export function neededOfNextTurn({
  reached,
  worth,
}: QualityTarget): Pick<Plan, 'minChance' | 'successNanoUsd'> {
  return worth ? { successNanoUsd: worth.nanoUsd } : { minChance: reached };
}

function boughtAt(
  { nanoUsd, costShare }: SuccessWorth,
  { bestSingle, prompts }: SuccessWorths,
  quality: number,
) {
  return `best buy at $${Number(usdFromNano(nanoUsd).toPrecision(2))} a success, at which ${percent(quality)} of the quality of ${bestSingle} was kept on the average of ${prompts} judged prompts, for ${Math.round(100 * costShare)} % of its cost`;
}

const beyondAnyCost = 1e30;

function percent(share: number): string {
  // Enough digits to distinguish it from the whole: 0.9999 is not 100 %.
  const digits = [1, 2, 3, 4].find((count) => share >= 1 || Number((share * 100).toFixed(count)) < 100) ?? 5;
  return `${Number((share * 100).toFixed(digits))} %`;
}
