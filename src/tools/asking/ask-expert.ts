import type { Answer } from '../../engine/ask.ts';
import type { CallLimits } from '../../core/call.ts';
import type { ExtraField, OutputFormat, ReasoningEffort } from '../../core/wire/request.ts';
import type { DialectId } from '../../core/wire/content.ts';
import type { TaskType, Tier } from '../../core/task.ts';
import type { Message } from '../../core/wire/content.ts';
import type { Model } from '../../core/model.ts';
import type { ToolPrompt } from '../../prompts/tool-prompt.ts';
import { fence } from '../../prompts/untrusted.ts';
import { askUncut } from './ask-uncut.ts';
import type { Gathered } from './gather-material.ts';
import type { ToolContext, ToolQuestion } from '../offer/tool.ts';

/** One question of a tool to one model, in the wording that suits whoever is asked. */
export type ExpertQuestion = {
  readonly tool: string;
  readonly prompt: ToolPrompt;
  readonly gathered: Pick<Gathered, 'question' | 'material' | 'nonce'> & Partial<Pick<Gathered, 'images'>>;
  /** What was said before, and what is said after: a thread's history, or an answer and what was wrong with it. */
  readonly before?: readonly Message[];
  readonly after?: readonly Message[];
  /** The thread that goes on: its calls keep to one deployment, where what was said before is cached. */
  readonly sessionId?: string;
  readonly model: string;
  readonly task: TaskType;
  /** Where the caller leaves the choice of a model to us. */
  readonly tier: Tier;
  /** Who may answer where `model` cannot, in order. */
  readonly models?: readonly string[] | undefined;
  /** Families that may not answer. */
  readonly otherFamilyThan?: readonly string[] | undefined;
  readonly thinking?: ReasoningEffort | undefined;
  readonly maxCostUsd?: number | undefined;
  readonly maxLatencyMs?: number | undefined;
  readonly output?: OutputFormat;
  /** A provider's own tools, in its own dialect. */
  readonly native?: { readonly origin: DialectId; readonly extras: readonly ExtraField[] };
};

export function askExpert(context: ToolContext, question: ExpertQuestion): Promise<Answer> {
  const { model, tier } = question;
  context.progress(`asking ${model === 'auto' ? `a model of tier ${tier}` : model}`);
  return askUncut(context, expertCall(context, question));
}

/** The call behind a question, for those who want to know beforehand what it takes. */
export function expertCall(
  { prompts }: Pick<ToolContext, 'prompts'>,
  question: ExpertQuestion,
): ToolQuestion {
  const { tool, prompt, model, task, tier, thinking, output, native } = question;
  const limits: CallLimits = {
    ...(model === 'auto' && { tier }),
    ...(question.otherFamilyThan && { otherFamilyThan: question.otherFamilyThan }),
    ...(question.maxCostUsd !== undefined && { maxCostUsd: question.maxCostUsd }),
    ...(question.maxLatencyMs !== undefined && { maxLatencyMs: question.maxLatencyMs }),
  };
  const wording = (asked: ModelTraits) => messagesFor(asked, question, prompts);
  return {
    request: {
      model,
      stream: true,
      messages: longest(everyForm.map(wording)),
      maxOutputTokens: thinking === 'high' || thinking === 'max' ? roomToThink : roomToAnswer,
      ...(thinking && { reasoning: { effort: thinking } }),
      ...(output && { output }),
      ...native,
    },
    wording,
    ...(question.models && { models: question.models }),
    tool,
    task,
    ...(question.sessionId !== undefined && { sessionId: question.sessionId }),
    tags: [prompts.tag(prompt)],
    limits,
  };
}

/** More than most answers need; a limit of our own keeps reservations small and providers from choosing theirs. */
const roomToAnswer = 12_000;
const roomToThink = 24_000;

type ModelTraits = Pick<Model, 'family' | 'local'>;

/** One model for each form in which a prompt can be put. */
const everyForm: readonly ModelTraits[] = [
  { family: 'claude', local: false },
  { family: 'gpt', local: false },
  { family: 'gemini', local: false },
  { family: '', local: true },
];

function messagesFor(
  asked: ModelTraits,
  { prompt, gathered, before = [], after = [] }: ExpertQuestion,
  prompts: ToolContext['prompts'],
): Message[] {
  const { question, nonce, images = [] } = gathered;
  const material = gathered.material.map((one) => fence(one, nonce)).join('\n\n');
  return [
    { role: 'system', content: [{ type: 'text', text: prompts.system(prompt, asked, nonce) }] },
    ...before,
    {
      role: 'user',
      content: [...images, { type: 'text', text: prompts.turn(asked, { question, material }) }],
    },
    ...after,
  ];
}

/** Windows and reservations are measured on the form that takes the most room. */
function longest(forms: readonly Message[][]): Message[] {
  const size = (messages: readonly Message[]) => Buffer.byteLength(JSON.stringify(messages));
  return forms.reduce((most, messages) => (size(messages) > size(most) ? messages : most));
}
