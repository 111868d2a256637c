import { isCut, replyText } from '../../core/wire/collected-reply.ts';
import type { Message } from '../../core/wire/content.ts';
import { askAgain } from '../../prompts/ask-again.ts';
import { askExpert, type ExpertQuestion } from './ask-expert.ts';
import type { ToolContext } from '../offer/tool.ts';

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
};

/** Asks for an answer in a certain form. If it cannot be read, asks once more, with what was wrong. */
export async function askReadable<Value>(
  context: ToolContext,
  question: ExpertQuestion,
  read: ReadText<Value>,
): Promise<Readable<Value>> {
  const first = await askOnce(context, question, read);
  if (first.read.ok) return { ...first, askedTwice: false };
  const after: Message[] = [
    ...(question.after ?? []),
    { role: 'assistant', content: [{ type: 'text', text: first.text || '(empty)' }] },
    { role: 'user', content: [{ type: 'text', text: askAgain(first.read.reason) }] },
  ];
  return { ...(await askOnce(context, { ...question, after }, read)), askedTwice: true };
}

async function askOnce<Value>(context: ToolContext, question: ExpertQuestion, read: ReadText<Value>) {
  const answer = await askExpert(context, question);
  const { reply, outcome } = answer;
  const text = replyText(reply);
  const model = outcome.model ?? question.model;
  return { read: read(text, { model, cut: isCut(answer.reply) }), text, model, requestId: outcome.requestId };
}
