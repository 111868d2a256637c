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

/** One review as a tool orders it. */
export type ReviewJob = {
  readonly tool: string;
  readonly prompt: ToolPrompt;
  readonly task: TaskType;
  readonly tier: Tier;
  /** The work in words; what it is about is put behind it. */
  readonly orders: readonly string[];
  readonly subject: SubjectRequest;
  readonly context: readonly FileInput[];
  readonly images?: readonly string[];
  readonly reviewers: (model: string | undefined) => Reviewers;
  readonly ask: AskInput;
  readonly severity?: Severity | undefined;
  readonly checks?: readonly CheckName[];
  readonly threshold?: number | undefined;
  /** Sums up where several review; default: a model of another family than theirs. */
  readonly synthesiser?: string;
  /** What the caller is to know besides. */
  readonly warnings?: readonly string[];
  readonly settled?: ReviewPlan['settled'];
  /** How the plan is carried out, where one review is not all of it. */
  readonly review?: typeof runReview;
  /** What the caller found out itself. */
  readonly notes?: readonly Material[];
};

/** Carries it out. Everything that takes is loaded here: the list of tools is wanted long before the first review. */
export async function runReviewTool(context: ToolContext, job: ReviewJob): ReturnType<typeof runReviewJob> {
  return (await import('./run-review-job.ts')).runReviewJob(context, job);
}
