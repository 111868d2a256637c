import { throwIfAborted } from '../../core/streams/abort-error.ts';
import type { ContentPart, Message } from '../../core/wire/content.ts';
import { asConclaveError, ConclaveError } from '../../core/errors.ts';
import type { Finding } from '../../core/finding.ts';
import type { ReasoningEffort } from '../../core/wire/request.ts';
import type { TaskType, Tier } from '../../core/task.ts';
import type { ToolPrompt } from '../../prompts/tool-prompt.ts';
import type { Material } from '../../prompts/untrusted.ts';
import type { ExpertQuestion } from '../asking/ask-expert.ts';
import { askReadable, type ReadAnswer } from '../asking/ask-readable.ts';
import { parseFindings, type ParsedFindings } from '../findings/reading/parse-findings.ts';
import { mapLimited } from '../panels/map-limited.ts';
import type { ToolContext } from '../offer/tool.ts';
import { reviewReply } from './reply-schema.ts';
import type { ReviewPart } from './review-parts.ts';

/** A reviewer: a model with an optional focus. */
export type Reviewer = {
  /** The display name: a persona, a model, or both. */
  readonly name: string;
  readonly model: string;
  /** Why the tool named the model, as in "it is the thread's last model". Absent: the caller named it. */
  readonly modelReason?: string;
  /** Another model may take its place: the caller has named none. */
  readonly isOpen?: boolean;
  /** The viewpoint that only this reviewer takes. */
  readonly persona?: string;
  /** What it looks for in addition to the tool's instructions. */
  readonly focus?: string;
  /** Families that must not replace it, if the choice is open. */
  readonly otherFamilyThan?: readonly string[];
};

export type ReviewOrder = {
  readonly tool: string;
  readonly prompt: ToolPrompt;
  readonly task: TaskType;
  readonly tier: Tier;
  readonly question: string;
  /** The caller's own findings; shown with every part. */
  readonly notes: readonly Material[];
  readonly images: readonly ContentPart[];
  readonly nonce: string;
  readonly before: readonly Message[];
  readonly thinking?: ReasoningEffort | undefined;
  readonly maxCostUsd?: number | undefined;
  readonly sharedCeiling?: ExpertQuestion['sharedCeiling'];
  readonly maxLatencyMs?: number | undefined;
};

export type ReviewerReport = {
  readonly reviewer: Reviewer;
  readonly issues: readonly Finding[];
  readonly summary?: string;
  readonly notes: readonly string[];
  /** Parts that this reviewer could not review, by index among all parts. */
  readonly failed: readonly { readonly part: number; readonly error: ConclaveError }[];
  /** Parts whose review was cut at the token limit or had too many findings: others are unknown. */
  readonly cut: readonly number[];
};

/** How many parts one reviewer processes in parallel: enough to be fast, few enough for rate limits. */
const partsAtOnce = 4;

/** Has one reviewer review every part. A part that fails is reported and does not affect the others. */
export async function reviewWith(
  context: ToolContext,
  reviewer: Reviewer,
  { parts, order }: { readonly parts: readonly ReviewPart[]; readonly order: ReviewOrder },
): Promise<ReviewerReport> {
  const results = await mapLimited(parts, partsAtOnce, async (part) => {
    try {
      return { ok: true, parsed: await reviewPart(context, reviewer, part, order) } as const;
    } catch (thrown) {
      throwIfAborted(context.signal);
      return { ok: false, error: asConclaveError(thrown) } as const;
    }
  });
  const read = results.flatMap((result) => (result.ok ? [result.parsed] : []));
  const summaries = read.flatMap(({ summary }) => (summary === undefined ? [] : [summary]));
  return {
    reviewer,
    issues: read.flatMap(({ issues }) => issues),
    notes: read.flatMap(({ notes }) => notes.map((note) => `${reviewer.name}: ${note}`)),
    failed: results.flatMap((result, part) => (result.ok ? [] : [{ part, error: result.error }])),
    cut: results.flatMap((result, part) => (result.ok && result.parsed.cut ? [part] : [])),
    ...(summaries.length > 0 && { summary: summaries.join('\n') }),
  };
}

type ReadReview = Extract<ParsedFindings, { ok: true }> & { readonly cut: boolean };

async function reviewPart(
  context: ToolContext,
  reviewer: Reviewer,
  part: ReviewPart,
  order: ReviewOrder,
): Promise<ReadReview> {
  const { read, text, askedTwice } = await askReadable(
    context,
    partQuestion(reviewer, part, order),
    (answer, { model, cut }): ReadAnswer<ReadReview> => {
      const parsed = parseFindings(answer, {
        reportedBy: model,
        cut,
        files: part.files,
        alsoShown: part.context,
        lastLines: part.lastLines,
      });
      return parsed.ok ? { ok: true, value: { ...parsed, cut: cut || parsed.tooMany } } : parsed;
    },
  );
  if (!read.ok) throw unreadable(text, askedTwice ? undefined : read.reason);
  return askedTwice ? { ...read.value, notes: [...read.value.notes, 'had to be asked twice'] } : read.value;
}

/** A refusal or an unreadable reply is not a review: it must not pass as "no issues". */
function unreadable(text: string, reason: string | undefined): ConclaveError {
  const shown = text.trim() === '' ? 'empty' : `"${text.trim().slice(0, 200)}"`;
  const message =
    reason === undefined
      ? `It did not return a review in two attempts; the last answer was ${shown}.`
      : `It did not return a review; its answer was ${shown}. ${reason}`;
  return new ConclaveError('provider_error', message);
}

/** Builds the question to one reviewer about one part. */
export function partQuestion(
  { model, modelReason, focus, otherFamilyThan }: Reviewer,
  part: ReviewPart,
  { question, notes, nonce, images, ...rest }: ReviewOrder,
): ExpertQuestion {
  return {
    ...rest,
    model,
    modelReason,
    otherFamilyThan,
    gathered: {
      question: focus === undefined ? question : `${question}\n\n${focus}`,
      material: [...notes, ...part.material],
      images,
      nonce,
    },
    output: reviewReply,
  };
}
