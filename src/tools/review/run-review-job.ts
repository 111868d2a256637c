import { randomBytes } from 'node:crypto';
import { threadOf, placeInThread } from '../asking/ask-in-thread.ts';
import { modelOfThread } from '../asking/model-of-thread.ts';
import { meterCalls, type MeterReading } from '../offer/call-meter.ts';
import { readImages } from '../asking/read-images.ts';
import type { ToolContext } from '../offer/tool.ts';
import { synthesisersOf } from './choose-reviewers.ts';
import { reviewData, reviewForThread, reviewText } from './review-answer.ts';
import { runReview, type ReviewPlan } from './run-review.ts';
import type { ReviewJob } from './review-tool.ts';
import { readSubject } from './subject.ts';

/** Reads the subject, has it reviewed, and returns the review as text and as data. */
export async function runReviewJob(given: ToolContext, job: ReviewJob) {
  const startedAt = given.now();
  const { context, read } = meterCalls(given);
  const thread = await threadOf(context, job.ask.continuation_id);
  const threadModel = modelOfThread(thread, job, context.catalogue);
  const { reviewers, absent = [], notes = [] } = job.reviewers(threadModel);
  context.progress('reading what is to be reviewed');
  const subject = await readSubject(job.subject, job.context, context);

  const { text: question, redactions } = await context.redact(
    [...job.orders, `Review ${subject.description}.`].filter((line) => line !== '').join('\n\n'),
  );
  const nonce = randomBytes(8).toString('hex');
  const placed = placeInThread(context, thread, {
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
    ...(reviewers.length > 1 && {
      synthesisers: job.synthesisers ?? ((chosen) => synthesisersOf(context, chosen)),
    }),
    ...(job.notesOn && { notesOn: job.notesOn }),
    ...(job.settled && { settled: job.settled }),
  };
  const result = await (job.review ?? runReview)(context, plan);
  const { requestId } = result;
  const reading: MeterReading = { ...read(), ...(requestId !== undefined && { requestId }) };
  const reviewed = {
    ...result,
    warnings: [
      ...notes,
      ...placed.warnings,
      ...(redactions.length > 0 ? ['Secrets in the prompt were replaced by markers.'] : []),
      ...result.warnings,
    ],
  };
  // A thread is only stored if a model was asked.
  const kept = reading.calls > 0;
  if (kept)
    await thread.record({
      question: { text: question, files: (job.notes ?? []).map(({ name, text }) => ({ path: name, text })) },
      answer: reviewForThread(reviewed),
      tool: job.tool,
      ...(reading.models[0] !== undefined && { model: reading.models[0] }),
      ...(reading.requestId !== undefined && { requestId: reading.requestId }),
    });
  const about = { tookMs: given.now() - startedAt, ...(kept && { continuationId: thread.id }) };
  return {
    result: reviewed,
    text: reviewText(reviewed, reading, about),
    data: reviewData(reviewed, reading, about.continuationId),
  };
}
