import type { Answer } from '../engine/ask.ts';
import type { CallLimits } from '../core/call.ts';
import type { ExtraField, OutputFormat, ReasoningEffort } from '../core/request.ts';
import type { DialectId } from '../core/content.ts';
import type { TaskType, Tier } from '../core/task.ts';
import { longestPrompt, wordingFor, wordPrompt } from '../prompts/word-prompt.ts';
import { promptVersion } from '../prompts/prompt-version.ts';
import type { Material, ToolPrompt } from '../prompts/material-prompt.ts';
import type { ToolContext } from './tool.ts';

/** One question of a tool to one model, in the wording that suits whoever is asked. */
export type ExpertQuestion = {
  readonly tool: string;
  readonly prompt: ToolPrompt;
  readonly material: Material;
  readonly model: string;
  readonly task: TaskType;
  /** Where the caller leaves the choice of a model to us. */
  readonly tier: Tier;
  readonly thinking?: ReasoningEffort | undefined;
  readonly maxCostUsd?: number | undefined;
  readonly output?: OutputFormat;
  /** A provider's own tools, in its own dialect. */
  readonly native?: { readonly origin: DialectId; readonly extras: readonly ExtraField[] };
};

export function askExpert(context: ToolContext, question: ExpertQuestion): Promise<Answer> {
  const { tool, prompt, material, model, task, tier, thinking, output, native } = question;
  const limits: CallLimits = {
    ...(model === 'auto' && { tier }),
    ...(question.maxCostUsd !== undefined && { maxCostUsd: question.maxCostUsd }),
  };
  context.progress(`asking ${model === 'auto' ? `a ${tier} model` : model}`);
  return context.ask({
    request: {
      model,
      stream: true,
      messages: longestPrompt(prompt, material),
      ...(thinking && { reasoning: { effort: thinking } }),
      ...(output && { output }),
      ...native,
    },
    wording: (asked) => wordPrompt(wordingFor(asked), prompt, material),
    tool,
    task,
    tags: [`prompt:${tool}@${promptVersion(prompt)}`],
    limits,
  });
}
