import { throwIfAborted } from '../../core/streams/abort-error.ts';
import { replyText } from '../../core/wire/collected-reply.ts';
import synthesisPrompt from '../../prompts/tools/consensus-synthesis.ts';
import type { Material } from '../../prompts/untrusted.ts';
import { askExpert, type ExpertQuestion } from '../asking/ask-expert.ts';
import type { ToolContext } from '../offer/tool.ts';
import { chairQuestion, type PanelRun } from './panel-run.ts';

/** What the chair wrote. `author` is the model that answered for it. */
export type Summary = { readonly text: string; readonly author: string };

/** Returns the chair's summary, or `undefined` if the chair fails: the panel's answers are then used without it. */
export async function chairSummary(
  context: ToolContext,
  run: PanelRun,
  material: readonly Material[],
): Promise<Summary | undefined> {
  try {
    const question = summaryQuestion(run, material);
    const { reply, receipt } = await askExpert(context, question);
    const text = replyText(reply);
    return text === '' ? undefined : { text, author: receipt.model ?? question.model };
  } catch {
    throwIfAborted(context.signal);
    return undefined;
  }
}

export function summaryQuestion(run: PanelRun, material: readonly Material[]): ExpertQuestion {
  const question = `Sum up what the panel said to this question:\n\n${run.gathered.question}`;
  return chairQuestion(run, { prompt: synthesisPrompt, question, material });
}
