import { minOf } from '../../core/lists/extremes.ts';
import { throwIfAborted } from '../../core/streams/abort-error.ts';
import { replyText } from '../../core/wire/collected-reply.ts';
import { bySeverity, placeOf, type Finding, type Severity } from '../../core/finding.ts';
import type { NanoUsd } from '../../core/units.ts';
import type { LeftOut } from '../../files/left-out.ts';
import { askExpert } from '../asking/ask-expert.ts';
import { clusterReports } from '../findings/matching/cluster-by-threshold.ts';
import { filterBySeverity } from '../findings/filter-by-severity.ts';
import { windowFor } from '../asking/gather-material.ts';
import { reserveOnce } from '../panels/reserve-once.ts';
import { panelSaving } from '../panels/panel-saving.ts';
import {
  errorLine,
  failuresIn,
  requireResults,
  resultsOf,
  runPanel,
  type FailedMember,
  type PanelResult,
} from '../panels/run-panel.ts';
import type { ToolContext } from '../offer/tool.ts';
import { keepChecked, type CheckName } from './checks.ts';
import { planWithinCeiling, expectedOfReview, synthesisQuestion, type ChosenPlan } from './review-calls.ts';
import { reviewParts, type ReviewPart, type ReviewParts } from './review-parts.ts';
import { reviewWith, type Reviewer, type ReviewerReport, type ReviewOrder } from './review-with.ts';
import { settleUncertain } from './settle-uncertain.ts';
import type { ReviewSubject } from './subject.ts';

export type ReviewPlan = {
  readonly subject: ReviewSubject;
  readonly reviewers: readonly Reviewer[];
  /** Requested reviewers that cannot be asked here. */
  readonly absent?: readonly FailedMember[];
  readonly order: ReviewOrder;
  /** How many models must report an issue. Default 1. */
  readonly threshold?: number | undefined;
  readonly severity?: Severity | undefined;
  readonly checks?: readonly CheckName[];
  /** Models that may summarise the reports of these reviewers, best first. Absent: there is one reviewer. */
  readonly synthesisers?: (reviewers: readonly Reviewer[]) => readonly string[];
  /** Notes for the caller about the models, one sentence each. Without `synthesiser`, nothing is summed up. */
  readonly notesOn?: (reviewers: readonly Reviewer[], synthesiser: string | undefined) => readonly string[];
  /** True if the missing reports cannot change the result. */
  readonly settled?: (reports: readonly ReviewerReport[], missing: number) => boolean;
};

export type ReviewResult = {
  readonly summary: string;
  readonly issues: readonly Finding[];
  readonly belowThreshold: readonly Finding[];
  /** Reported, but hidden by the filters. */
  readonly hidden: number;
  readonly failed: readonly FailedMember[];
  /**
   * True if every part of the subject was seen by at least one reviewer and by every persona, and it is known which issues
   * reach the threshold.
   */
  readonly complete: boolean;
  /** The personas that did not see everything. */
  readonly missed: readonly string[];
  readonly cancelled: readonly string[];
  /** The estimated cost of the cancelled calls; absent if unknown. */
  readonly saved?: NanoUsd;
  readonly leftOut: readonly LeftOut[];
  readonly warnings: readonly string[];
  /** What each stage found and cost, if the review had stages. */
  readonly stages?: readonly ReviewStage[];
  /** The parent row of the review's calls, if there were several. */
  readonly requestId?: string;
};

/** One stage of a review. */
export type ReviewStage = {
  readonly name: string;
  readonly models: readonly string[];
  readonly issues: number;
  /** Absent if a price is unknown. */
  readonly cost?: NanoUsd;
  /** The cost of the same tokens on the best frontier model. */
  readonly frontierCost?: NanoUsd;
  /** Why the stage was not needed. */
  readonly skipped?: string;
};

/** Has every reviewer review the subject, then joins, filters and summarises the reports. */
export async function runReview(context: ToolContext, plan: ReviewPlan): Promise<ReviewResult> {
  const { subject, reviewers } = plan;
  if (isEmpty(subject)) return nothingChanged(subject);
  const windows = reviewers.map(({ model }) => windowFor(model, context.catalogue));
  const cut = await reviewParts(subject, minOf(windows));
  const { parts } = cut;
  const chosen = await planWithinCeiling(context, plan, parts);
  const several = parts.length > 1 ? ` in ${parts.length} parts` : '';
  const names = chosen.reviewers.map(({ name }) => name).join(', ');
  context.progress(`${names} reviewing ${subject.description}${several}`);
  const expected = expectedOfReview(context, chosen, parts);
  const { order } = chosen;
  const work = (inner: ToolContext, requestId?: string) => reviewParted(inner, chosen, { ...cut, requestId });
  // A single call makes its own reservation.
  if (expected.length === 1) return await work(context);
  return await reserveOnce(context, { tool: order.tool, task: order.task, expected }, work);
}

async function reviewParted(
  context: ToolContext,
  plan: ChosenPlan,
  { parts, leftOut, gaps, requestId }: ReviewParts & { readonly requestId: string | undefined },
): Promise<ReviewResult> {
  const { subject, reviewers, order } = plan;
  const results = await runPanel(context, {
    members: reviewers,
    work: (reviewer, shared) => reviewWith(shared, reviewer, { parts, order }).then(asFailed),
    ...(plan.settled && { settled: plan.settled }),
  });
  const reports = requireResults(order.tool, results);
  const { threshold, lowered } = reachable(plan.threshold ?? 1, results);

  const clustered = clusterReports(
    reports.map(({ issues }) => issues),
    threshold,
  );
  const models = [plan.synthesiser ?? reviewers[0]?.model ?? 'auto'];
  const agreement =
    reviewers.length > 1
      ? await settleUncertain(context, clustered, { ...order, threshold, models })
      : { ...clustered, notes: [] };
  const saved = panelSaving(context, results);
  const missed = missedViewpoints(parts, results);
  // Issues that we found ourselves need no agreement.
  const checked = keepChecked(
    [...subject.found, ...agreement.issues].toSorted(bySeverity),
    plan.checks ?? [],
  );
  const filtered = filterBySeverity(checked.issues, plan.severity);
  const { issues } = filtered;
  return {
    summary: await summaryOf(context, plan, reports, issues),
    issues,
    belowThreshold: filterBySeverity(agreement.belowThreshold, plan.severity).issues,
    hidden: filtered.hidden + checked.beyond,
    failed: [...(plan.absent ?? []), ...failuresOf(results)],
    complete:
      subject.gaps.length === 0 &&
      gaps.length === 0 &&
      eachPartSeen(parts, reports) &&
      missed.length === 0 &&
      // Pairs that no model compared could reach the threshold together.
      (threshold === 1 || agreement.uncertain.length === 0),
    cancelled: results.flatMap((result) => (result.state === 'cancelled' ? [result.member.name] : [])),
    missed: missed.map(({ persona }) => persona),
    leftOut: [...subject.leftOut, ...leftOut],
    warnings: [
      ...plan.notes,
      ...lowered,
      ...missed.map(({ warning }) => warning),
      ...subject.warnings,
      ...reports.flatMap(({ notes }) => notes),
      ...agreement.notes,
    ],
    ...(saved !== undefined && { saved }),
    ...(requestId !== undefined && { requestId }),
  };
}

/**
 * Returns a threshold that the remaining reviewers can reach. It falls if reviewers fail: otherwise issues that no
 * other model could confirm would be dropped.
 */
function reachable(
  threshold: number,
  results: readonly PanelResult<Reviewer, ReviewerReport>[],
): { readonly threshold: number; readonly lowered: readonly string[] } {
  const left = new Set(
    results.flatMap((one) => {
      if (one.state === 'failed' || (one.state === 'done' && one.result.failed.length > 0)) return [];
      return [one.member.model];
    }),
  ).size;
  if (left >= threshold) return { threshold, lowered: [] };
  const most = Math.max(1, left);
  const warning = `Only ${left} of ${results.length} reviewed everything, so ${threshold} could not agree: what ${most === 1 ? 'one of them reports' : `${most} of them report`} is kept.`;
  return { threshold: most, lowered: [warning] };
}

function eachPartSeen(parts: readonly ReviewPart[], reports: readonly ReviewerReport[]): boolean {
  return parts.every((_, index) => reports.some((report) => hasSeen(report, index)));
}

function hasSeen({ failed, cut }: ReviewerReport, index: number): boolean {
  return !cut.includes(index) && failed.every(({ part }) => part !== index);
}

/** The personas that have not seen every part: another reviewer looks for something else. */
function missedViewpoints(
  parts: readonly ReviewPart[],
  results: readonly PanelResult<Reviewer, ReviewerReport>[],
): { readonly persona: string; readonly warning: string }[] {
  return results.flatMap((one) => {
    const { persona } = one.member;
    if (persona === undefined || one.state === 'cancelled') return [];
    if (one.state === 'failed')
      return [{ persona, warning: `Nothing was reviewed for ${persona}: ${errorLine(one.error)}` }];
    const unseen = parts.filter((_, index) => !hasSeen(one.result, index)).length;
    if (unseen === 0) return [];
    const warning = `${unseen} of ${parts.length} parts were not fully reviewed for ${persona}`;
    return [{ persona, warning }];
  });
}

/** A reviewer that reviewed no part has failed; one that reviewed some has not. */
function asFailed(report: ReviewerReport): ReviewerReport {
  const [first] = report.failed;
  if (first && report.issues.length === 0 && report.summary === undefined) throw first.error;
  return report;
}

/** Includes parts that a reviewer could not review. */
function failuresOf(results: readonly PanelResult<Reviewer, ReviewerReport>[]): FailedMember[] {
  const partly = resultsOf(results).flatMap(({ failed, reviewer }) =>
    failed.map(({ error }) => ({ who: `${reviewer.name} (one part)`, error: errorLine(error) })),
  );
  return [...failuresIn(results), ...partly];
}

async function summaryOf(
  context: ToolContext,
  { reviewers, synthesiser, order, subject }: ChosenPlan,
  reports: readonly ReviewerReport[],
  issues: readonly Finding[],
): Promise<string> {
  const own = reports.flatMap(({ summary }) => (summary === undefined ? [] : [summary]));
  const plain = issues.length === 0 ? `No issues in ${subject.description}.` : own.join('\n');
  if (synthesiser === undefined || reviewers.length < 2 || issues.length === 0)
    return own.join('\n') || plain;
  const list = issues.map((issue) => {
    const { severity, title, explanation, reportedBy } = issue;
    return `[${severity}] ${placeOf(issue)} ${title} (${reportedBy.join(', ')}): ${explanation}`;
  });
  try {
    const question = synthesisQuestion(order, synthesiser, { subject, list: list.join('\n') });
    const { reply } = await askExpert(context, question);
    return replyText(reply) || plain;
  } catch {
    // The issues are valid without a summary; the failed call is in the ledger.
    throwIfAborted(context.signal);
    return plain;
  }
}

function isEmpty({ changes, files, inPrompt }: ReviewSubject): boolean {
  return changes.length === 0 && files.length === 0 && inPrompt === undefined;
}

function nothingChanged(subject: ReviewSubject): ReviewResult {
  const { description, leftOut, warnings } = subject;
  const skipped = leftOut.length > 0 ? ` ${leftOut.length} left out.` : '';
  return {
    summary: `Nothing to review in ${description}.${skipped}`,
    issues: subject.found,
    belowThreshold: [],
    hidden: 0,
    failed: [],
    complete: subject.gaps.length === 0,
    missed: [],
    cancelled: [],
    leftOut,
    warnings,
  };
}
