import { createHash } from 'node:crypto';
import type { Answer } from '../../engine/ask.ts';
import { fence } from '../../prompts/untrusted.ts';
import { defaultThreadExpiryMs, openThread, type OpenThread } from '../../threads/open-thread.ts';
import { threadContext, unchangedRemark } from '../../threads/thread-context.ts';
import { askExpert, type ExpertQuestion } from './ask-expert.ts';
import { windowFor, type Gathered } from './gather-material.ts';
import type { ToolContext } from '../offer/tool.ts';

/**
 * Opens the thread that a call continues, or a new one.
 * @throws ConclaveError `not_found` for a thread that does not exist.
 */
export function threadOf(
  { threads, principal, now, newId, localOnly }: ToolContext,
  continuationId: string | undefined,
): Promise<OpenThread> {
  return openThread(
    {
      store: threads,
      keyId: principal.keyId,
      now,
      newId: () => newId('thread'),
      expireAfterMs: defaultThreadExpiryMs,
      localOnly,
    },
    continuationId,
  );
}

export type ThreadedAnswer = {
  readonly answer: Answer;
  /** What was left out of the thread or the material. */
  readonly warnings: readonly string[];
  /** Stores the exchange; later turns see `text` as the answer. */
  keep(text: string): Promise<void>;
};

/** Asks one model with the thread's history before the question. Every message and file is included once. */
export async function askInThread(
  context: ToolContext,
  thread: OpenThread,
  question: Omit<ExpertQuestion, 'before' | 'gathered'> & { readonly gathered: Gathered },
): Promise<ThreadedAnswer> {
  const { gathered, ...rest } = question;
  const placed = placeInThread(context, thread, question);
  const answer = await askExpert(context, {
    ...rest,
    gathered: placed.gathered,
    before: placed.before,
    sessionId: thread.id,
  });
  return {
    answer,
    warnings: placed.warnings,
    keep: (text) =>
      thread.record({
        question: { text: gathered.question, files: filesOf(gathered) },
        answer: text,
        tool: question.tool,
        requestId: answer.receipt.requestId,
        ...(answer.receipt.model === undefined ? {} : { model: answer.receipt.model }),
      }),
  };
}

/** Fits the thread's history into the window and returns what must be shown in the next turn. */
export function placeInThread(
  { catalogue }: ToolContext,
  { id, history }: OpenThread,
  { gathered, model }: { readonly gathered: Gathered; readonly model: string },
) {
  // The nonce is the same in every turn, so that earlier messages are sent unchanged and a provider's prompt cache
  // applies. Authors of files cannot guess it, because a thread's id is random.
  const nonce = createHash('sha256').update(id).digest('hex').slice(0, 16);
  const { material, question } = gathered;
  const budget = Math.floor(windowFor(model, catalogue) * 0.7);
  const placed = threadContext(
    history,
    { text: question, files: filesOf(gathered) },
    { budget, renderFile: ({ path, text }) => fence({ kind: 'file', name: path, text }, nonce) },
  );
  const shown = new Set(placed.files.map(({ path }) => path));
  const remarks = placed.unchanged.map((path) => `[${path}: ${unchangedRemark}]`);
  return {
    before: placed.history,
    warnings: placed.notes,
    gathered: {
      ...gathered,
      nonce,
      question: [...remarks, question].join('\n'),
      material: material.filter(({ name }) => shown.has(name)),
    },
  };
}

function filesOf({ material }: Pick<Gathered, 'material'>): { path: string; text: string }[] {
  return material.map(({ name, text }) => ({ path: name, text }));
}
