import { replyText } from '../../core/collected-reply.ts';
import { ConclaveError } from '../../core/errors.ts';
import { placeOf, type Finding, type Severity } from '../../core/finding.ts';
import type { LeftOut } from '../../files/left-out.ts';
import synthesisPrompt from '../../prompts/tools/review-synthesis.ts';
import { askExpert } from '../ask-expert.ts';
import { clusterByThreshold } from '../findings/cluster-by-threshold.ts';
import { filterBySeverity } from '../findings/severity.ts';
import { windowFor } from '../gather-material.ts';
import { runPanel, type PanelResult } from '../run-panel.ts';
import type { ToolContext } from '../tool.ts';
import { keepChecked, type CheckName } from './checks.ts';
import { reviewParts } from './review-parts.ts';
import { reviewWith, type Reviewer, type ReviewerReport, type ReviewOrder } from './review-with.ts';
import { settleUncertain } from './settle-uncertain.ts';
import type { Subject } from './subject.ts';

export type ReviewPlan = {
  readonly subject: Subject;
  readonly reviewers: readonly Reviewer[];
  readonly order: ReviewOrder;
  /** How many models must report an issue. Default 1. */
  readonly threshold?: number | undefined;
  readonly severity?: Severity | undefined;
  readonly checks?: readonly CheckName[];
  /** Sums up where several reviewed. */
  readonly synthesiser?: string | undefined;
  /** True where the missing reports cannot change what comes out. */
  readonly settled?: (reports: readonly ReviewerReport[], missing: number) => boolean;
};

export type ReviewResult = {
  readonly summary: string;
  readonly issues: readonly Finding[];
  readonly belowThreshold: readonly Finding[];
  /** Reported, and hidden by the filters. */
  readonly hidden: number;
  readonly failed: readonly { readonly who: string; readonly error: string }[];
  readonly cancelled: readonly string[];
  readonly leftOut: readonly LeftOut[];
  readonly warnings: readonly string[];
};

/** Has every reviewer look at the subject, joins what they report, filters it and sums it up. */
export async function runReview(context: ToolContext, plan: ReviewPlan): Promise<ReviewResult> {
  const { subject, reviewers, order, threshold = 1 } = plan;
  if (subject.changes.length === 0 && subject.files.length === 0) return nothingChanged(subject);
  const windows = reviewers.map(({ model }) => windowFor(model, context.catalogue));
  const { parts, leftOut } = await reviewParts(subject, Math.min(...windows));
  const several = parts.length > 1 ? ` in ${parts.length} parts` : '';
  context.progress(
    `${reviewers.map(({ name }) => name).join(', ')} reviewing ${subject.description}${several}`,
  );

  const results = await runPanel(context, {
    members: reviewers,
    work: (reviewer, shared) => reviewWith(shared, reviewer, { parts, order }).then(asFailed),
    ...(plan.settled && { settled: plan.settled }),
  });
  const reports = results.flatMap((result) => (result.state === 'done' ? [result.result] : []));
  const failed = failuresOf(results);
  if (reports.length === 0) throw allFailed(order.tool, failed);

  const clustered = clusterByThreshold(
    reports.flatMap(({ issues }) => issues),
    threshold,
  );
  const model = plan.synthesiser ?? reviewers[0]?.model ?? 'auto';
  const agreement =
    reviewers.length > 1
      ? await settleUncertain(context, clustered, { threshold, model, nonce: order.nonce, tool: order.tool })
      : { ...clustered, notes: [] };
  const checked = keepChecked(agreement.issues, plan.checks ?? []);
  const filtered = filterBySeverity(checked.issues, plan.severity);
  const { issues } = filtered;
  return {
    summary: await summaryOf(context, plan, reports, issues),
    issues,
    belowThreshold: filterBySeverity(agreement.belowThreshold, plan.severity).issues,
    hidden: filtered.hidden + checked.beyond,
    failed,
    cancelled: results.flatMap((result) => (result.state === 'cancelled' ? [result.member.name] : [])),
    leftOut: [...subject.leftOut, ...leftOut],
    warnings: [...subject.warnings, ...reports.flatMap(({ notes }) => notes), ...agreement.notes],
  };
}

/** A reviewer that could do none of its parts has failed; one that could do some has not. */
function asFailed(report: ReviewerReport): ReviewerReport {
  const [error] = report.failed;
  if (error && report.issues.length === 0 && report.summary === undefined) throw error;
  return report;
}

function failuresOf(results: readonly PanelResult<Reviewer, ReviewerReport>[]): ReviewResult['failed'] {
  return results.flatMap((result) => {
    if (result.state === 'failed') return [{ who: result.member.name, error: errorLine(result.error) }];
    if (result.state === 'cancelled') return [];
    const { failed, reviewer } = result.result;
    return failed.map((error) => ({ who: `${reviewer.name} (one part)`, error: errorLine(error) }));
  });
}

function errorLine({ code, message }: ConclaveError): string {
  return `${code}: ${message}`;
}

function allFailed(tool: string, failed: ReviewResult['failed']): ConclaveError {
  const lines = failed.map(({ who, error }) => `${who}: ${error}`);
  return new ConclaveError('provider_error', `${tool}: nobody could answer. ${lines.join('; ')}`, {
    attempts: lines,
  });
}

async function summaryOf(
  context: ToolContext,
  { reviewers, synthesiser, order, subject }: ReviewPlan,
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
    const { reply } = await askExpert(context, {
      tool: order.tool,
      prompt: synthesisPrompt,
      gathered: {
        question: `Sum up this review of ${subject.description}.`,
        material: [{ kind: 'text', name: 'issues', text: list.join('\n').slice(0, 60_000) }],
        nonce: order.nonce,
      },
      model: synthesiser,
      task: 'summarisation',
      tier: 'workhorse',
    });
    return replyText(reply) || plain;
  } catch {
    // The issues stand without a summary; who failed is in the ledger.
    context.signal.throwIfAborted();
    return plain;
  }
}

function nothingChanged({ description, leftOut, warnings }: Subject): ReviewResult {
  const skipped = leftOut.length > 0 ? ` ${leftOut.length} left out.` : '';
  return {
    summary: `Nothing to review in ${description}.${skipped}`,
    issues: [],
    belowThreshold: [],
    hidden: 0,
    failed: [],
    cancelled: [],
    leftOut,
    warnings,
  };
}
