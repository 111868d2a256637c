import { throwIfAborted } from '../../core/streams/abort-error.ts';
import { asConclaveError } from '../../core/errors.ts';
import type { Finding } from '../../core/finding.ts';
import type { NanoUsd } from '../../core/units.ts';
import { pathsOf } from '../../files/diff/change.ts';
import { matchingPaths } from '../../files/matching-paths.ts';
import codereviewPrompt from '../../prompts/tools/codereview.ts';
import precommitPrompt from '../../prompts/tools/precommit.ts';
import { meterCalls, type MeterReading } from '../offer/call-meter.ts';
import { ceilingLeft } from '../asking/ceiling-left.ts';
import { seatPanel, type Panel } from '../panels/panel.ts';
import { errorLine } from '../panels/run-panel.ts';
import type { ToolContext } from '../offer/tool.ts';
import type { CheckName } from './checks.ts';
import { joinStages } from './join-stages.ts';
import { notesOfPanel, reportsAreSettled, reviewerOf, synthesisersOfPanel } from './panel-review.ts';
import { focusText } from './review-input.ts';
import { runReview, type ReviewPlan, type ReviewResult, type ReviewStage } from './run-review.ts';
import type { ReviewSubject } from './subject.ts';

export type PipelineOptions = {
  /** Paths that a panel always reviews, as `.gitignore` patterns. */
  readonly criticalPaths: readonly string[];
  /** The panel. Default: the best models of three families. */
  readonly panel: readonly string[];
};

const quickChecks: readonly CheckName[] = ['syntax', 'obvious-bugs', 'security-basics'];

/** How many panel members must report an issue on a critical path. */
const panelThreshold = 2;

/**
 * Runs a review in up to three stages, each only if needed: an economical model scans everything; if it finds
 * something, a stronger model of another family looks closely; and critical paths go to a panel. A stage that fails is
 * reported, and the next one still runs. If stages may have reported the same issue in other words, a model compares.
 * @throws ConclaveError of the first stage if all fail.
 */
export async function runPipeline(
  context: ToolContext,
  plan: ReviewPlan,
  { criticalPaths, panel }: PipelineOptions,
): Promise<ReviewResult> {
  // An unknown model name, or a pattern that takes too long, must be reported before anything is spent.
  const { picker } = context;
  const seat = () => seatPanel(picker, { seats: panel.map((model) => ({ model })) });
  const named = panel.length > 0 ? seat() : undefined;
  const critical = await criticalPart(plan.subject, criticalPaths, context.signal);
  const quick = await stage(context, 'precommit', () => quickScan(plan));
  const found = quick.result?.issues ?? [];
  const close =
    // A failed scan says nothing about the code.
    quick.result === undefined || found.length > 0
      ? await stage(context, 'codereview', () => closeLook(plan, found, spentBy([quick])))
      : skipped('codereview', 'the quick scan found nothing');
  const spent = spentBy([quick, close]);
  const judged = critical
    ? await stage(context, 'consensus', () =>
        // If there is no model for a panel, only this stage fails: the caller may have named one for the close look.
        panelReview(plan, { picker, subject: critical, panel: named ?? seat(), spent }),
      )
    : skipped('consensus', 'no critical path was touched');
  return await joined(context, plan, [quick, close, judged]);
}

type Stage = { readonly summary: ReviewStage; readonly result?: ReviewResult; readonly failure?: unknown };

async function stage(context: ToolContext, name: string, planOf: () => ReviewPlan): Promise<Stage> {
  const metered = meterCalls(context);
  context.progress(`stage ${name}`);
  try {
    const result = await runReview(metered.context, planOf());
    return { summary: summaryOf(name, metered.read(), result.issues.length), result };
  } catch (failure) {
    throwIfAborted(context.signal);
    return { summary: summaryOf(name, metered.read(), 0), failure };
  }
}

function summaryOf(name: string, { models, cost, frontierCost }: MeterReading, issues: number): ReviewStage {
  return {
    name,
    models,
    issues,
    ...(cost !== undefined && { cost }),
    ...(frontierCost !== undefined && { frontierCost }),
  };
}

function skipped(name: string, reason: string): Stage {
  return { summary: { name, models: [], issues: 0, cost: 0n, frontierCost: 0n, skipped: reason } };
}

/** One economical model, for quick checks. */
function quickScan(plan: ReviewPlan): ReviewPlan {
  const { synthesisers: _synthesisers, ...rest } = plan;
  return {
    ...rest,
    reviewers: [{ name: 'an economical model', model: 'auto' }],
    order: { ...plan.order, prompt: precommitPrompt, tier: 'economy' },
    checks: quickChecks,
  };
}

/** The requested reviewers, with the findings so far as their focus. */
function closeLook(plan: ReviewPlan, found: readonly Finding[], spent: NanoUsd): ReviewPlan {
  const question = [plan.order.question, focusText(found.map((issue) => ({ ...issue })))];
  return {
    ...plan,
    order: {
      ...plan.order,
      ...ceilingLeft(plan.order, spent),
      question: question.filter((line) => line !== '').join('\n\n'),
    },
  };
}

function panelReview(
  plan: ReviewPlan,
  {
    picker,
    subject,
    panel,
    spent,
  }: Pick<ToolContext, 'picker'> & {
    readonly subject: ReviewSubject;
    readonly panel: Panel;
    readonly spent: NanoUsd;
  },
): ReviewPlan {
  const { seats, absent } = panel;
  const threshold = Math.min(panelThreshold, seats.length);
  return {
    ...plan,
    subject,
    reviewers: seats.map(reviewerOf),
    absent,
    synthesisers: synthesisersOfPanel(picker, panel),
    threshold,
    notesOn: notesOfPanel(picker, panel),
    settled: (reports, missing) => reportsAreSettled(reports, missing, threshold),
    order: {
      ...plan.order,
      ...ceilingLeft(plan.order, spent),
      prompt: codereviewPrompt,
    },
  };
}

function spentBy(stages: readonly Stage[]): NanoUsd {
  return stages.reduce((sum, { summary }) => sum + (summary.cost ?? 0n), 0n);
}

/** The part of a subject on critical paths; `undefined` if there is none. */
async function criticalPart(
  subject: ReviewSubject,
  criticalPaths: readonly string[],
  signal: AbortSignal,
): Promise<ReviewSubject | undefined> {
  const paths = [...subject.changes.flatMap(pathsOf), ...subject.files.map(({ path }) => path)];
  const critical = await matchingPaths(criticalPaths, { paths, param: 'critical_paths', signal });
  const changes = subject.changes.filter((change) => pathsOf(change).some((path) => critical.has(path)));
  const files = subject.files.filter(({ path }) => critical.has(path));
  if (changes.length === 0 && files.length === 0) return undefined;
  return {
    ...subject,
    changes,
    files,
    description: `critical paths of ${subject.description}`,
    // The first stage has already reported these.
    leftOut: [],
    gaps: [],
    warnings: [],
  };
}

/** Combines the results of the stages, each issue once. */
async function joined(
  context: ToolContext,
  plan: ReviewPlan,
  [quick, close, judged]: readonly [Stage, Stage, Stage],
): Promise<ReviewResult> {
  const stages = [quick, close, judged];
  const results = stages.flatMap(({ result }) => result ?? []);
  if (results.length === 0) throw quick.failure;
  const joining = meterCalls(context);
  const { issues, unconfirmed, notes } = await joinStages(
    joining.context,
    { ...plan, order: { ...plan.order, ...ceilingLeft(plan.order, spentBy(stages)) } },
    [quick.result, close.result, judged.result],
  );
  const personas = plan.reviewers.flatMap(({ persona }) => persona ?? []);
  const missed = close.result?.missed ?? personas;
  const reading = joining.read();
  const asked = reading.calls > 0 ? [summaryOf('joining', reading, issues.length)] : [];
  return {
    summary: (judged.result ?? close.result ?? quick.result)?.summary ?? '',
    issues,
    belowThreshold: unconfirmed,
    // The quick scan hides what is outside its own checks, and the close look may report that, so it is not counted.
    hidden: [close, judged].reduce((sum, { result }) => sum + (result?.hidden ?? 0), 0),
    failed: stages.flatMap(({ summary, failure, result }) => [
      ...(failure === undefined ? [] : [{ who: summary.name, error: errorLine(asConclaveError(failure)) }]),
      ...(result?.failed ?? []),
    ]),
    // The close look may have seen what the quick scan missed, but only its personas have their viewpoints; if the panel
    // failed, its paths are not reviewed completely.
    complete:
      [quick, close].some(({ result }) => result?.complete === true) &&
      (close.summary.skipped !== undefined || missed.length === 0) &&
      (judged.summary.skipped !== undefined || judged.result?.complete === true),
    missed,
    cancelled: results.flatMap(({ cancelled }) => cancelled),
    leftOut: (results[0] ?? plan.subject).leftOut,
    warnings: [...new Set([...results.flatMap(({ warnings }) => warnings), ...notes])],
    stages: [...stages.map(({ summary }) => summary), ...asked],
    ...(judged.result?.saved !== undefined && { saved: judged.result.saved }),
  };
}
