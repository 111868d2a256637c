import { randomBytes } from 'node:crypto';
import type { FileInput } from '../../files/collect-files.ts';
import type { Severity } from '../../core/finding.ts';
import type { TaskType, Tier } from '../../core/task.ts';
import { redactSecrets } from '../../files/secrets.ts';
import type { Material } from '../../prompts/untrusted.ts';
import type { ToolPrompt } from '../../prompts/tool-prompt.ts';
import { openThread, placeInThread } from '../ask-in-thread.ts';
import { meterCalls, type MeterReading } from '../call-meter.ts';
import { readImages } from '../read-images.ts';
import type { AskInput } from '../shared-fields.ts';
import type { ToolContext } from '../tool.ts';
import type { CheckName } from './checks.ts';
import { chooseSynthesiser, type Reviewers } from './choose-reviewers.ts';
import { reviewData, reviewForThread, reviewText } from './review-answer.ts';
import { runReview, type ReviewPlan } from './run-review.ts';
import { readSubject, type SubjectRequest } from './subject.ts';

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

/** Reads the subject, has it reviewed, and gives the review back as text and as data. */
export async function runReviewTool(given: ToolContext, job: ReviewJob) {
  const startedAt = given.now();
  const { context, read } = meterCalls(given);
  const conversation = await openThread(context, job.ask.continuation_id);
  const { reviewers, absent = [], notes = [] } = job.reviewers(job.ask.model ?? conversation.model);
  context.progress('reading what is to be reviewed');
  const subject = await readSubject(job.subject, job.context, context);

  const { text: question, redactions } = await redactSecrets(
    [...job.orders, `Review ${subject.description}.`].filter((line) => line !== '').join('\n\n'),
  );
  const nonce = randomBytes(8).toString('hex');
  const placed = placeInThread(context, conversation, {
    gathered: {
      question,
      material: [...(job.notes ?? [])],
      nonce,
      images: [],
      tokens: 0,
      leftOut: [],
      warnings: [],
    },
    model: reviewers[0]?.model ?? 'auto',
  });
  const plan: ReviewPlan = {
    subject,
    reviewers,
    absent,
    order: {
      tool: job.tool,
      prompt: job.prompt,
      task: job.task,
      tier: job.tier,
      question: placed.gathered.question,
      notes: placed.gathered.material,
      images: await readImages(context.roots, job.images ?? []),
      nonce: placed.gathered.nonce,
      before: placed.before,
      thinking: job.ask.thinking,
      maxCostUsd: job.ask.max_cost_usd,
      maxLatencyMs: job.ask.max_latency_ms,
    },
    severity: job.severity,
    checks: job.checks ?? [],
    threshold: job.threshold,
    ...(reviewers.length > 1 && { synthesiser: job.synthesiser ?? chooseSynthesiser(context, reviewers) }),
    ...(job.settled && { settled: job.settled }),
  };
  const result = await (job.review ?? runReview)(context, plan);
  const { requestId } = result;
  const reading: MeterReading = { ...read(), ...(requestId !== undefined && { requestId }) };
  const told = {
    ...result,
    warnings: [
      ...(job.warnings ?? []),
      ...notes,
      ...placed.warnings,
      ...(redactions.length > 0 ? ['Secrets in the prompt were replaced by markers.'] : []),
      ...result.warnings,
    ],
  };
  await conversation.record({
    question: { text: question, files: (job.notes ?? []).map(({ name, text }) => ({ path: name, text })) },
    answer: reviewForThread(told),
    tool: job.tool,
    ...(reading.models[0] !== undefined && { model: reading.models[0] }),
    ...(reading.requestId !== undefined && { requestId: reading.requestId }),
  });
  const about = { tookMs: given.now() - startedAt, continuationId: conversation.id };
  return {
    result: told,
    text: reviewText(told, reading, about),
    data: reviewData(told, reading, conversation.id),
  };
}
