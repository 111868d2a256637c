import type { Plan } from '../core/routing/plan/plan.ts';
import type { Conversation, RequestFeatures } from '../core/routing/request/request-features.ts';
import type { Stats } from '../core/routing/plan/deployment-stats.ts';
import { expectedAnswer } from '../core/money/expected-cost.ts';
import { roughCost } from '../core/money/price.ts';
import type { Candidate } from '../core/deployment.ts';
import { successPrior } from '../core/routing/quality/success-prior.ts';
import { tiersFrom } from './tiers-from.ts';
import { tiers } from '../core/task.ts';
import { dollarText } from '../core/units.ts';
import { candidateCost } from './candidate-columns.ts';

/**
 * Moving must save this share of the cost of staying: another model rereads the whole conversation and writes
 * differently.
 */
const minSaving = 0.5;
/** A review by another family than the author's may cost up to this multiple of the cost of staying. */
const dearestReview = 2;
/** A conversation moves if its model is this much less likely to succeed at the turn. */
const minGain = 0.1;

/**
 * Keeps a conversation on its model, unless that model is ruled out or unhealthy, another tier was requested, the turn
 * is too hard for it, or moving pays even though the warm prompt cache is lost.
 */
export function stayInConversation(plan: Plan, features: RequestFeatures, stats: Stats): Plan {
  const { conversation } = features;
  const [step] = plan.steps;
  const first = step?.candidates[0];
  if (!conversation || !step || !first || first.model.id === conversation.model || plan.steps.length > 1)
    return plan;
  const current = step.candidates.find(
    ({ model, deployment }) => model.id === conversation.model && stats.of(deployment).healthy,
  );
  if (!current || isTooLow(current, first, plan) || isBeyond(current, first, features)) return plan;
  const staying = warmCost(current, conversation, features);
  const moving = candidateCost(first, features);
  if (
    fallsShort(plan, {
      gain: gainOf(current, first, features),
      chance: chanceOf(current, features),
      dearer: moving - staying,
    })
  )
    return {
      ...plan,
      reason: `${plan.reason}; the conversation moves: ${current.model.id} does not reach the wanted quality`,
    };
  const isOwnWork = plan.leavesAuthor === true && isOf(conversation.authorFamily, current, first);
  if (moving < staying * (isOwnWork ? dearestReview : 1 - minSaving)) {
    const whose = isOwnWork ? ', which wrote that work' : '';
    return {
      ...plan,
      reason: `${plan.reason}; the conversation moves: ${dollars(staying)} to stay with ${current.model.id}${whose}, ${dollars(moving)} here`,
    };
  }
  // Neither arm of the experiment decided this call, so the call is evidence for neither.
  const { experiment: _none, ...decided } = plan;
  const mine = step.candidates.filter(({ model }) => model.id === conversation.model);
  const others = step.candidates.filter(({ model }) => model.id !== conversation.model);
  return {
    ...decided,
    steps: [{ ...step, candidates: [...mine, ...others] }],
    reason: `${current.model.id} continues its conversation: ${dollars(staying)} with ${conversation.warmTokens} tokens in its cache, ${dollars(moving)} at ${first.model.id}`,
  };
}

/** Whether the current model is of the author's family and its replacement is not. */
function isOf(family: string | undefined, current: Candidate, first: Candidate): boolean {
  return family !== undefined && current.model.family === family && first.model.family !== family;
}

/** A tier that is needed whatever the cost outweighs a warm cache, if a candidate of that tier exists. */
function isTooLow(current: Candidate, first: Candidate, { minTier }: Plan): boolean {
  if (minTier === undefined) return false;
  const reaches = ({ model: { tier } }: Candidate) =>
    tier !== undefined && tiers.indexOf(tier) <= tiers.indexOf(minTier);
  return !reaches(current) && reaches(first);
}

function isBeyond(current: Candidate, first: Candidate, features: RequestFeatures): boolean {
  const { tier } = features.asked;
  const isNearer = tier !== undefined && tiersFrom(tier, first.model) < tiersFrom(tier, current.model);
  return isNearer || gainOf(current, first, features) >= minGain;
}

/** Whether the quality that the policy pursues demands a move, which costs `dearer` nano-dollars more than staying. */
function fallsShort(
  { minChance = 0, successNanoUsd }: Plan,
  { chance, gain, dearer }: { readonly chance: number; readonly gain: number; readonly dearer: number },
): boolean {
  if (gain <= 0) return false;
  return chance < minChance || (successNanoUsd !== undefined && gain * successNanoUsd > dearer);
}

/** What moving adds to P(success). */
function gainOf(current: Candidate, first: Candidate, features: RequestFeatures): number {
  return chanceOf(first, features) - chanceOf(current, features);
}

function chanceOf({ model }: Candidate, { quality, work }: RequestFeatures): number {
  return quality?.of(model) ?? successPrior(model, work.task, work.difficulty);
}

function warmCost({ model }: Candidate, { warmTokens }: Conversation, features: RequestFeatures): number {
  if (!model.price) return Number.POSITIVE_INFINITY;
  const { prompt } = features.size;
  const warm = Math.min(warmTokens, prompt.expected);
  return roughCost(model.price, prompt.expected, expectedAnswer(model, features.size), features.at, warm);
}

function dollars(nanoUsd: number): string {
  return Number.isFinite(nanoUsd) ? `about ${dollarText(nanoUsd)}` : 'an unknown price';
}
