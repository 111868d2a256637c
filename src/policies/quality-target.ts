import { usdFromNano } from '../core/units.ts';
import type { RequestFeatures } from '../core/routing/plan.ts';
import type { Candidate } from '../core/provider.ts';
import type { SuccessWorth, SuccessWorths } from '../core/routing/quality-estimates.ts';
import { successPrior } from '../core/routing/success-prior.ts';

/** What a quality target means at a prompt: the chance that is wanted, and what to say of it. */
export type QualityTarget = {
  readonly wanted: number;
  readonly kind: string;
  readonly warning?: string;
  /** What a success may cost, where judged calls have shown how the target is kept on the average. */
  readonly worth?: SuccessWorth;
};

type Left = {
  readonly candidates: readonly Candidate[];
  /** P(success) of each, at its place. */
  readonly success: ArrayLike<number>;
};

/**
 * It is measured on the best model that was thought of, ruled out or not. Where that one may serve the call and was judged, one
 * price of a success keeps the target on the average, at less cost than prompt by prompt.
 */
export function qualityTarget(
  quality: number,
  { considered = [], quality: known, task, difficulty }: RequestFeatures,
  { candidates, success }: Left,
): QualityTarget {
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
  const worth =
    mostLeft === most && known?.worths?.includes(best) ? known.worths.keeping(quality) : undefined;
  if (worth && known?.worths) return { wanted, worth, kind: boughtAt(worth, known.worths, quality) };
  if (mostLeft >= wanted) return { wanted, kind: `cheapest within ${percent(quality)} of the best` };
  return {
    wanted,
    kind: `best that is left, though below ${percent(quality)} of ${best}`,
    warning: `no model that may serve this call reaches ${percent(quality)} of the quality of ${best} (${percent(wanted)} of prompts like this; the best left reaches ${percent(mostLeft)})`,
  };
}

/** Lower is better: by cost those that reach the target, then the others, best first. */
export function towards({ wanted }: QualityTarget, chance: number, cost: number): number {
  return chance >= wanted ? cost : beyondAnyCost * (1 - chance / 2);
}

/**
 * The same at one price for all prompts: lower is better, by what a success is worth less what the call costs. Of a model that
 * nobody has judged only a chance that reaches the target counts, as it does without a price.
 */
export function atOnePrice(
  aim: QualityTarget & { readonly worth: SuccessWorth },
  { chance, ownCost, isJudged }: { chance: number; ownCost: number; isJudged: boolean },
): number {
  if (!isJudged && chance < aim.wanted) return towards(aim, chance, ownCost);
  return ownCost - chance * aim.worth.nanoUsd;
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
  // As many digits as tell it from the whole: 0.9999 is not 100 %.
  const digits = [1, 2, 3, 4].find((count) => share >= 1 || Number((share * 100).toFixed(count)) < 100) ?? 5;
  return `${Number((share * 100).toFixed(digits))} %`;
}
