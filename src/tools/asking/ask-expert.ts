import { defined } from '../../core/json/defined.ts';
import type { Answer } from '../../engine/ask.ts';
import type { CallLimits } from '../../core/call.ts';
import type { SharedCeiling } from '../../core/routing/request/shared-ceiling.ts';
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

/** A question from a tool to one model, with the prompt variant that suits the model. */
export type ExpertQuestion = {
  readonly tool: string;
  readonly prompt: ToolPrompt;
  readonly gathered: Pick<Gathered, 'question' | 'material' | 'nonce'> & Partial<Pick<Gathered, 'images'>>;
  /** Messages before and after the question: a thread's history, or a previous answer and what was wrong with it. */
  readonly before?: readonly Message[];
  readonly after?: readonly Message[];
  /** The continued thread. Its calls prefer one deployment, where the earlier messages are cached. */
  readonly sessionId?: string;
  readonly model: string;
  /** Why the tool named the model, as in "it is the thread's last model". Absent: the caller named it. */
  readonly modelReason?: string | undefined;
  readonly task: TaskType;
  /** Used if the caller leaves the choice of a model to us. */
  readonly tier: Tier;
  /** Fallbacks if `model` cannot answer, in order. */
  readonly models?: readonly string[] | undefined;
  /** Model families that must not answer. */
  readonly otherFamilyThan?: readonly string[] | undefined;
  readonly thinking?: ReasoningEffort | undefined;
  /** The tool's own effort, if the caller sets none. Absent if the caller names the model. */
  readonly usualThinking?: ReasoningEffort | undefined;
  readonly maxCostUsd?: number | undefined;
  /** The ceiling that `maxCostUsd` is a part of. */
  readonly sharedCeiling?: SharedCeiling | undefined;
  readonly maxLatencyMs?: number | undefined;
  readonly output?: OutputFormat;
  /** A provider's own tools, in its dialect. */
  readonly native?: { readonly origin: DialectId; readonly extras: readonly ExtraField[] };
};

export function askExpert(context: ToolContext, question: ExpertQuestion): Promise<Answer> {
  const { model, tier } = question;
  context.progress(`asking ${model === 'auto' ? `a model of tier ${tier}` : model}`);
  return askUncut(context, expertCall(context, question));
}

/** Builds the call for a question, for callers that need its size and cost beforehand. */
export function expertCall(
  { prompts }: Pick<ToolContext, 'prompts'>,
  question: ExpertQuestion,
): ToolQuestion {
  const { tool, prompt, model, task, tier, output, native } = question;
  const isOurs = question.thinking === undefined;
  const thinking = question.thinking ?? question.usualThinking;
  const limits: CallLimits = defined({
    ...(model === 'auto' && { tier }),
    otherFamilyThan: question.otherFamilyThan,
    maxCostUsd: question.maxCostUsd,
    maxLatencyMs: question.maxLatencyMs,
  });
  const wording = (asked: ModelTraits) => messagesFor(asked, question, prompts);
  return {
    request: {
      model,
      stream: true,
      messages: longest(everyForm.map(wording)),
      maxOutputTokens: thinking === 'high' || thinking === 'max' ? roomToThink : roomToAnswer,
      ...(thinking && { reasoning: { effort: thinking, ...(isOurs && { isOurs }) } }),
      ...(output && { output }),
      ...native,
    },
    wording,
    ...(question.models && { models: question.models }),
    tool,
    task,
    ...(question.modelReason !== undefined && { modelReason: question.modelReason }),
    ...(question.sharedCeiling && { sharedCeiling: question.sharedCeiling }),
    ...(question.sessionId !== undefined && { sessionId: question.sessionId }),
    tags: [prompts.tag(prompt)],
    limits,
  };
}

/** More than most answers need. An explicit limit keeps reservations small; otherwise providers choose their own. */
const roomToAnswer = 12_000;
const roomToThink = 24_000;

type ModelTraits = Pick<Model, 'family' | 'local'>;

/** One model for each variant of a prompt. */
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

/** Context windows and reservations are checked against the longest variant. */
function longest(forms: readonly Message[][]): Message[] {
  const size = (messages: readonly Message[]) => Buffer.byteLength(JSON.stringify(messages));
  return forms.reduce((most, messages) => (size(messages) > size(most) ? messages : most));
}
