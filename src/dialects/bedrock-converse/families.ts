import type { JsonObject } from '../../core/json/json.ts';
import type { ReasoningEffort } from '../../core/wire/request.ts';
import { claudeHabits } from '../makers/claude/habits.ts';

/** What a family of models behind Converse takes, beyond what Converse has words for itself. */
export type Family = {
  /** Has generations of its own, with habits that `claude/habits.ts` knows. */
  readonly claude?: true;
  /** Fields that ask it to think this hard; absent: it cannot be asked. */
  readonly reasoning?: (effort: Exclude<ReasoningEffort, 'none'>) => JsonObject;
  /** Hard thinking wants the sampling and the output limit left to the model. */
  readonly hardThinkingAlone?: boolean;
  readonly topK?: (value: number) => JsonObject;
  /** Takes `outputConfig.textFormat`. */
  readonly schema: boolean;
  /** Takes a tool choice of `any` or one tool. */
  readonly forcedTools: boolean;
  readonly cachePoints: boolean;
  /** Takes cache points among the tools too (Nova: in system prompts and messages alone). */
  readonly cachesTools?: true;
};

const plain: Family = { schema: false, forcedTools: false, cachePoints: false };
const novaTopK = (value: number): JsonObject => ({ inferenceConfig: { topK: value } });
const threeSteps = (effort: ReasoningEffort) =>
  effort === 'minimal' || effort === 'low' ? 'low' : effort === 'medium' ? 'medium' : 'high';

/** The first match counts. Claude is not here: its generations have a table of their own. */
const families: readonly (readonly [RegExp, Family])[] = [
  [
    /nova-2/,
    {
      reasoning: (effort) => ({
        reasoningConfig: { type: 'enabled', maxReasoningEffort: threeSteps(effort) },
      }),
      hardThinkingAlone: true,
      topK: novaTopK,
      schema: false,
      forcedTools: true,
      cachePoints: true,
    },
  ],
  [/nova/, { topK: novaTopK, schema: false, forcedTools: true, cachePoints: true }],
  [/gpt-oss/, { ...plain, reasoning: (effort) => ({ reasoning_effort: threeSteps(effort) }), schema: true }],
  [/qwen/, { ...plain, reasoning: (effort) => ({ reasoning_config: threeSteps(effort) }), schema: true }],
  [/mistral|magistral|pixtral/, { ...plain, schema: true, forcedTools: true }],
  [/deepseek|minimax|gemma|nemotron|kimi|moonshot/, { ...plain, schema: true }],
];

/** The family of a model id, inference profiles included. */
export function familyOf(model: string): Family {
  const name = model.toLowerCase();
  if (name.includes('claude')) return claudeFamily(name);
  return families.find(([pattern]) => pattern.test(name))?.[1] ?? plain;
}

function claudeFamily(model: string): Family {
  const { schema, forcedTools } = claudeHabits(model);
  return { claude: true, schema, forcedTools, cachePoints: true, cachesTools: true };
}
