import type { FileInput } from '../../files/collect-files.ts';
import type { Severity } from '../../core/finding.ts';
import type { TaskType, Tier } from '../../core/task.ts';
import type { Material } from '../../prompts/untrusted.ts';
import type { ToolPrompt } from '../../prompts/tool-prompt.ts';
import type { AskInput } from '../offer/shared-fields.ts';
import type { ToolContext } from '../offer/tool.ts';
import type { CheckName } from './checks.ts';
import type { Reviewers } from './choose-reviewers.ts';
import type { runReviewJob } from './run-review-job.ts';
import type { ReviewPlan, runReview } from './run-review.ts';
import type { SubjectRequest } from './subject.ts';

/** A review as a tool requests it. */
export type ReviewJob = {
  readonly tool: string;
  readonly prompt: ToolPrompt;
  readonly task: TaskType;
  readonly tier: Tier;
  /** The instructions; the description of the subject follows them. */
  readonly orders: readonly string[];
  readonly subject: SubjectRequest;
  readonly context: readonly FileInput[];
  readonly images?: readonly string[];
  /** Chooses the reviewers; `threadModel` answers next in the continued thread unless the caller wants others. */
  readonly reviewers: (threadModel: string | undefined) => Reviewers;
  readonly ask: AskInput;
  readonly severity?: Severity | undefined;
  readonly checks?: readonly CheckName[];
  readonly threshold?: number | undefined;
  /** Models that may summarise several reviews, best first. Default: those of other families than the reviewers'. */
  readonly synthesisers?: ReviewPlan['synthesisers'];
  readonly notesOn?: ReviewPlan['notesOn'];
  readonly settled?: ReviewPlan['settled'];
  /** Runs the plan if it takes more than one review. */
  readonly review?: typeof runReview;
  /** The caller's own findings. */
  readonly notes?: readonly Material[];
};

/** Runs a review. The implementation is loaded lazily: the tools list is needed long before the first review. */
export async function runReviewTool(context: ToolContext, job: ReviewJob): ReturnType<typeof runReviewJob> {
  return (await import('./run-review-job.ts')).runReviewJob(context, job);
}
