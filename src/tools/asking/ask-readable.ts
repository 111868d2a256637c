import { throwIfAborted } from '../../core/streams/abort-error.ts';
import { isCut, isDeclined, replyText } from '../../core/wire/collected-reply.ts';
import { asConclaveError } from '../../core/errors.ts';
import type { Message } from '../../core/wire/content.ts';
import { askAgain } from '../../prompts/ask-again.ts';
import { askExpert, type ExpertQuestion } from './ask-expert.ts';
import { ceilingLeft } from './ceiling-left.ts';
import type { ToolContext } from '../offer/tool.ts';
import { errorLine } from '../panels/run-panel.ts';

/** The result of reading an answer; `reason` is a sentence that tells the model what to correct. */
export type ReadAnswer<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly reason: string };

/** Reads an answer; `cut` is true if its end is missing. */
export type ReadText<Value> = (
  text: string,
  from: { readonly model: string; readonly cut: boolean },
) => ReadAnswer<Value>;

export type Readable<Value> = {
  readonly read: ReadAnswer<Value>;
  /** The text that was read last. */
  readonly text: string;
  /** The model that wrote it. */
  readonly model: string;
  /** The call that brought it. */
  readonly requestId: string;
  readonly askedTwice: boolean;
  /** True if the provider marked the text as a refusal, or filtered it. */
  readonly declined: boolean;
};

/**
 * Asks for an answer in a certain form. If it cannot be read, asks once more, with what was wrong and with what the
 * first call left of the ceiling. If the second call fails, the first answer is returned.
 */
export async function askReadable<Value>(
  context: ToolContext,
  question: ExpertQuestion,
  read: ReadText<Value>,
): Promise<Readable<Value>> {
  const { cost, ...first } = await askOnce(context, question, read);
  if (first.read.ok) return { ...first, askedTwice: false };
  const { reason } = first.read;
  const after: Message[] = [
    ...(question.after ?? []),
    { role: 'assistant', content: [{ type: 'text', text: first.text || '(empty)' }] },
    { role: 'user', content: [{ type: 'text', text: askAgain(reason) }] },
  ];
  const left = ceilingLeft(question, cost);
  try {
    const { cost: _, ...second } = await askOnce(context, { ...question, ...left, after }, read);
    return { ...second, askedTwice: true };
  } catch (thrown) {
    throwIfAborted(context.signal);
    const failure = `It could not be asked again: ${errorLine(asConclaveError(thrown))}`;
    return { ...first, read: { ok: false, reason: `${reason} ${failure}` }, askedTwice: false };
  }
}

async function askOnce<Value>(context: ToolContext, question: ExpertQuestion, read: ReadText<Value>) {
  const { reply, receipt } = await askExpert(context, question);
  const text = replyText(reply);
  const { model = question.model, requestId, cost } = receipt;
  const declined = isDeclined(reply);
  return { read: read(text, { model, cut: isCut(reply) }), text, model, requestId, declined, cost };
}
