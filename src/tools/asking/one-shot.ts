import { z } from 'zod';
import type { ReasoningEffort } from '../../core/wire/request.ts';
import type { TaskType, Tier } from '../../core/task.ts';
import type { ToolPrompt } from '../../prompts/tool-prompt.ts';
import { answerFields } from './answer-fields.ts';
import type { ReadsItself } from './files-to-read.ts';
import { guidedFields, type GuidedInput } from './guided-step.ts';
import type { AnswerList } from './listed-answer.ts';
import { askFields, readFields } from '../offer/shared-fields.ts';
import { defineTool, type Tool } from '../offer/tool.ts';

/** A tool that reads files, asks one model and returns its answer. */
export type OneShot = {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly prompt: ToolPrompt;
  readonly task: TaskType;
  readonly tier: Tier;
  /** Uses the strongest models regardless of cost, instead of the cheapest of the tier. */
  readonly strongest?: boolean;
  /** The default reasoning effort; only for models that we choose. */
  readonly thinking?: ReasoningEffort;
  /** What the tool reads if the caller names no files. Default: nothing. */
  readonly reads?: ReadsItself;
  /** True if the tool also has a guided mode. */
  readonly guided?: boolean;
  /** The list that the answer contains in addition to its text. */
  readonly list?: AnswerList;
};

const oneShotFields = { prompt: z.string().min(1), ...readFields, ...askFields };

export const plainInput = z.strictObject(oneShotFields);
const guidedInput = z.strictObject({ ...oneShotFields, ...guidedFields });

export function oneShotTool(shot: OneShot): OneShotTool {
  const input: z.ZodType<OneShotInput, z.input<typeof guidedInput>> = shot.guided ? guidedInput : plainInput;
  const { status, ...always } = answerOutput.shape;
  const output = z.object({
    ...always,
    ...(shot.guided && { status }),
    ...(shot.list && { [shot.list.name]: z.array(shot.list.shown ?? shot.list.item) }),
  });
  return defineTool({
    name: shot.name,
    title: shot.title,
    description: shot.description,
    input,
    // This schema has those members of `OneShotAnswer` that this tool returns: the compiler cannot follow the
    // conditional ones.
    output: output as z.ZodType as z.ZodType<OneShotAnswer>,
    readOnly: false,
    openWorld: true,
    run: async (given, context) => (await import('./run-one-shot.ts')).runOneShot(shot, given, context),
  });
}

type OneShotTool = Tool<z.ZodType<OneShotInput, z.input<typeof guidedInput>>, z.ZodType<OneShotAnswer>>;

const answerOutput = z.object({
  ...answerFields,
  continuation_id: z.string().optional(),
  status: z.enum(['done', 'next_step']).optional(),
});

/** The members above plus the list that the tool is for, such as `hotspots`. */
type OneShotAnswer = z.output<typeof answerOutput> & Readonly<Record<string, unknown>>;

/** The input of a tool without a guided mode. */
export type PlainInput = z.output<typeof plainInput>;
export type OneShotInput = z.output<typeof plainInput> & GuidedInput;
