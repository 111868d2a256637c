import type { Finding } from '../../core/finding.ts';
import { stanceOrders } from '../../prompts/stances.ts';
import { findingsAreSettled } from '../panels/early-stop.ts';
import type { ModelPicker } from '../offer/model-picker.ts';
import { notesOn, synthesisersFor, type Panel, type Panelist } from '../panels/panel.ts';
import { clusterReports } from '../findings/matching/cluster-by-threshold.ts';
import type { ReviewPlan } from './run-review.ts';
import type { Reviewer, ReviewerReport } from './review-with.ts';

/** Turns a seat of a panel into a reviewer. */
export function reviewerOf(panelist: Panelist): Reviewer {
  const { name, model, modelReason, stance, stancePrompt } = panelist;
  const focus = stancePrompt ?? (stance === 'neutral' ? undefined : stanceOrders[stance]);
  return {
    name,
    model: model.id,
    ...(modelReason !== undefined && { modelReason, isOpen: true }),
    ...(focus !== undefined && { focus }),
  };
}

/** Models that may summarise the reports of a panel: the one that the caller named, else the best outside it. */
export function synthesisersOfPanel(
  picker: ModelPicker,
  { isSynthesiserNamed, synthesiser }: Panel,
): (reviewers: readonly Reviewer[]) => readonly string[] {
  if (isSynthesiserNamed) return () => [synthesiser.id];
  return (reviewers) =>
    synthesisersFor(
      picker,
      reviewers.map(({ model }) => picker.named(model)),
    ).map(({ id }) => id);
}

/** What the caller should know about the models of a panel that reviews, once they are chosen. */
export function notesOfPanel(picker: ModelPicker, panel: Panel): NonNullable<ReviewPlan['notesOn']> {
  return (reviewers, synthesiser) =>
    notesOn(
      reviewers.map(({ model }) => picker.named(model)),
      panel,
      synthesiser,
    );
}

/**
 * Whether the missing reports can no longer change which issues reach the threshold. Uncertain pairs may still be
 * joined and then reach it, so nothing is settled if both of a pair are below it.
 */
export function reportsAreSettled(
  reports: readonly ReviewerReport[],
  missing: number,
  threshold: number,
): boolean {
  const found = clusterReports(
    reports.map(({ issues }) => issues),
    threshold,
  );
  const groups = [...found.issues, ...found.belowThreshold].map(({ reportedBy }) => ({
    reporters: reportedBy.length,
  }));
  const reaches = ({ reportedBy }: Finding) => reportedBy.length >= threshold;
  const pairsAreSettled = found.uncertain.every((pair) => pair.some(reaches));
  return pairsAreSettled && findingsAreSettled(groups, missing, threshold);
}
