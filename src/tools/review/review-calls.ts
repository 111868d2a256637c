import synthesisPrompt from '../../prompts/tools/review-synthesis.ts';
import { expertCall, type ExpertQuestion } from '../asking/ask-expert.ts';
import { areServed, modelWithinCeiling } from '../panels/are-served.ts';
import { ceilingPerCall } from '../panels/reserve-once.ts';
import type { ToolContext, ToolExpected } from '../offer/tool.ts';
import { fittingReviewers, sharedFamilies } from './choose-reviewers.ts';
import type { ReviewPart } from './review-parts.ts';
import type { ReviewPlan } from './run-review.ts';
import { partQuestion, type Reviewer, type ReviewOrder } from './review-with.ts';
import type { ReviewSubject } from './subject.ts';

/** A plan whose models are chosen and whose cost ceiling is divided among its calls. */
export type ChosenPlan = ReviewPlan & {
  /** Absent: there is a single report. */
  readonly synthesiser?: string;
  /** Notes for the caller about the choice, one sentence each. */
  readonly notes: readonly string[];
};

/** The most that the joining and summary calls are shown, in characters. */
const maxShown = 60_000;

/**
 * Divides the cost ceiling among the calls of a review and chooses the models that nobody named. Under a ceiling, they
 * are those that may be asked for their part of it.
 */
export async function planWithinCeiling(
  context: ToolContext,
  plan: ReviewPlan,
  parts: readonly ReviewPart[],
): Promise<ChosenPlan> {
  const { reviewers, synthesisers } = plan;
  const isSummarised = reviewers.length > 1 && synthesisers !== undefined;
  const calls = reviewers.length * parts.length + (isSummarised ? callsOfSynthesiser : 0);
  const order = { ...plan.order, ...ceilingPerCall(plan.order, calls) };
  const [longest] = parts.toSorted((a, b) => sizeOf(b) - sizeOf(a));
  const hasCeiling = order.maxCostUsd !== undefined && longest !== undefined;
  const fitting = hasCeiling
    ? await fittingReviewers(context, reviewers, {
        tier: order.tier,
        fits: (reviewer) => areServed(context, [partCall(context, reviewer, longest, order)]),
      })
    : reviewers;
  const made = { ...plan, order, reviewers: fitting, notes: [] };
  const models = isSummarised ? synthesisers(fitting) : [];
  const synthesiser = await modelWithinCeiling(context, models, {
    maxCostUsd: order.maxCostUsd,
    callsOf: (model) => synthesisCalls(context, { ...made, synthesiser: model }),
  });
  const notes = [
    ...(plan.notesOn?.(fitting, synthesiser) ?? []),
    ...sharedFamilies(context, reviewers, fitting),
  ];
  return { ...made, notes, ...(synthesiser !== undefined && { synthesiser }) };
}

/** All calls of a review, as far as they are known before the first one. */
export function expectedOfReview(
  context: ToolContext,
  plan: ChosenPlan,
  parts: readonly ReviewPart[],
): ToolExpected[] {
  const asked = plan.reviewers.flatMap((reviewer) =>
    parts.map((part) => partCall(context, reviewer, part, plan.order)),
  );
  return [...asked, ...synthesisCalls(context, plan)];
}

function partCall(
  context: ToolContext,
  reviewer: Reviewer,
  part: ReviewPart,
  order: ReviewOrder,
): ToolExpected {
  return { question: expertCall(context, partQuestion(reviewer, part, order)) };
}

/** The same model decides uncertain pairs and writes the summary, and sees the issues both times. */
const callsOfSynthesiser = 2;

function synthesisCalls(context: ToolContext, { order, synthesiser, subject }: ChosenPlan): ToolExpected[] {
  if (synthesiser === undefined) return [];
  const question = expertCall(context, synthesisQuestion(order, synthesiser, { subject, list: '' }));
  return Array.from({ length: callsOfSynthesiser }, () => ({ question, furtherTokens: maxShown }));
}

function sizeOf({ material }: ReviewPart): number {
  return material.reduce((sum, { text }) => sum + text.length, 0);
}

export function synthesisQuestion(
  { tool, nonce, maxCostUsd, sharedCeiling }: ReviewOrder,
  model: string,
  { subject, list }: { readonly subject: ReviewSubject; readonly list: string },
): ExpertQuestion {
  return {
    tool,
    prompt: synthesisPrompt,
    gathered: {
      question: `Sum up this review of ${subject.description}.`,
      material: [{ kind: 'text', name: 'issues', text: list.slice(0, maxShown) }],
      nonce,
    },
    model,
    modelReason: 'the one that sums up',
    task: 'summarisation',
    tier: 'workhorse',
    maxCostUsd,
    sharedCeiling,
  };
}
