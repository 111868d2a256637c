import type { Candidate } from '../core/deployment.ts';
import type { Plan, Policy } from '../core/routing/plan/plan.ts';
import type { RequestFeatures } from '../core/routing/request/request-features.ts';
import type { SuccessWorth } from '../core/routing/quality/quality-estimates.ts';
import { candidateCosts } from './candidate-columns.ts';
import {
  atOnePrice,
  neededOfNextTurn,
  type QualityTarget,
  qualityTarget,
  towards,
} from './quality-target.ts';
import { rankByNumber } from './rank-by-number.ts';
import { expectations, successWorth, usualCost, utilityAt } from './utility.ts';

/**
 * Maximises expected utility by what was learned of each model on similar prompts. With a quality target, it picks the
 * cheapest model that keeps that share of the best model's quality: on the average of all prompts if judged calls have
 * shown at which price, otherwise at each prompt.
 */
const learned: Policy = {
  name: 'learned',
  heedsAims: true,
  plan(features, candidates, stats): Plan {
    const expected = expectations(features, candidates, stats);
    const { success, ownCost } = expected;
    const { mode = 'balanced', quality } = features.preferences ?? {};
    const aim = quality === undefined ? undefined : qualityTarget(quality, features, { candidates, success });
    const worths = features.quality?.worths;
    const costs = aim?.worth === undefined ? ownCost : costsAtThePrice(candidates, features, ownCost);
    const money = { mode, usualCost: usualCost(features) };
    const ordered = rankByNumber(candidates, { features, stats }, (at) => {
      if (!aim) return -utilityAt(expected, at, money);
      const chance = success[at] ?? 0;
      const own = costs[at] ?? 0;
      if (!hasWorth(aim)) return towards(aim, chance, own);
      const isJudged = worths?.includes(candidates[at]?.model.id ?? '') ?? false;
      return atOnePrice(aim, { chance, ownCost: own, isJudged });
    });
    const [first] = ordered;
    const chance = (first === undefined ? 0 : (success[candidates.indexOf(first)] ?? 0)) * 100;
    const kind = aim?.kind ?? `best in mode ${mode}`;
    return {
      steps: [{ candidates: ordered }],
      reason: `${first?.model.id} is the ${kind}: succeeds at ${chance.toFixed(0)} % of prompts like this`,
      ...(aim ? neededOfNextTurn(aim) : mode === 'best' && { successNanoUsd: successWorth(money) }),
      ...(aim?.warning && { warnings: [aim.warning] }),
    };
  },
};

/**
 * Costs with the answer lengths at which the price of a success was fitted; what this process has seen lately may
 * differ.
 */
function costsAtThePrice(
  candidates: readonly Candidate[],
  features: RequestFeatures,
  ownCost: ArrayLike<number>,
): ArrayLike<number> {
  const { at, size, quality, work } = features;
  const most = size.answer.reserved;
  const tokens = new Float64Array(candidates.length);
  for (const [place, { model }] of candidates.entries()) {
    const usual = quality?.worths?.answerTokens(work.task, model.id);
    if (usual === undefined) return ownCost;
    tokens[place] = usual;
  }
  const of = (model: string) => Math.min(most, quality?.worths?.answerTokens(work.task, model) ?? most);
  const costs = new Float64Array(candidates.length);
  candidateCosts(
    candidates,
    { at, size: { ...size, modelAnswers: { of, ofAll: () => tokens, most } } },
    costs,
  );
  return costs;
}

function hasWorth(aim: QualityTarget): aim is QualityTarget & { readonly worth: SuccessWorth } {
  return aim.worth !== undefined;
}

export default learned;
