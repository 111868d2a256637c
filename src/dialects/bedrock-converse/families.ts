import type { JsonObject } from '../../core/json/json.ts';
import type { ReasoningEffort } from '../../core/wire/request.ts';
import { claudeHabits } from '../makers/claude/habits.ts';
import { claudeVersion } from '../makers/claude/version.ts';

/** What a family of models in Converse accepts, in addition to Converse's own fields. */
export type Family = {
  /** Has generations of its own, whose habits are in `claude/habits.ts`. */
  readonly claude?: true;
  /** Returns the fields that request this effort; absent if none can be requested. */
  readonly reasoning?: (effort: Exclude<ReasoningEffort, 'none'>) => JsonObject;
  /** Thinks at every request, so a request not to think asks for the least effort instead. */
  readonly alwaysThinks?: true;
  /** High effort requires that sampling and the output limit are left to the model. */
  readonly hardThinkingAlone?: boolean;
  readonly topK?: (value: number) => JsonObject;
  /** Accepts `outputConfig.textFormat` and strict tools. */
  readonly schema: boolean;
  /** Accepts a tool choice of `any` or of one tool. */
  readonly forcedTools: boolean;
  readonly cachePoints: boolean;
  /** Accepts cache points that last for an hour; the others refuse a `ttl`. */
  readonly hourCache?: boolean;
  /** Cannot stream if tools are offered: "This model doesn't support tool use in streaming mode." */
  readonly wholeWithTools?: true;
  /** Accepts nothing else in a turn with tool calls or tool results. */
  readonly toolsApart?: true;
  /** Accepts cache points among the tools too (Nova: only in system prompts and messages). */
  readonly cachesTools?: boolean;
};

const plain: Family = { schema: false, forcedTools: false, cachePoints: false };
const novaTopK = (value: number): JsonObject => ({ inferenceConfig: { topK: value } });
const threeSteps = (effort: ReasoningEffort) =>
  effort === 'minimal' || effort === 'low' ? 'low' : effort === 'medium' ? 'medium' : 'high';

/** The first match counts. Claude is not in the list: its generations have their own table. */
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
  [
    /gpt-oss/,
    {
      ...plain,
      reasoning: (effort) => ({ reasoning_effort: threeSteps(effort) }),
      alwaysThinks: true,
      schema: true,
    },
  ],
  [/qwen/, { ...plain, reasoning: (effort) => ({ reasoning_config: threeSteps(effort) }), schema: true }],
  // https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-supported-models-features.html
  [/llama|jamba|palmyra/, { ...plain, wholeWithTools: true, toolsApart: true }],
  [/deepseek\.r1/, { ...plain, schema: true, wholeWithTools: true }],
  [
    /mistral-large-24|pixtral/,
    { ...plain, schema: true, forcedTools: true, wholeWithTools: true, toolsApart: true },
  ],
  [/mistral|magistral/, { ...plain, schema: true, forcedTools: true }],
  [/deepseek|minimax|gemma|nemotron|kimi|moonshot/, { ...plain, schema: true }],
];

/** Returns the family of a model id, including inference profiles. */
export function familyOf(model: string): Family {
  const name = model.toLowerCase();
  if (name.includes('claude')) return claudeFamily(name);
  return families.find(([pattern]) => pattern.test(name))?.[1] ?? plain;
}

/**
 * Bedrock caches prompts of fewer generations than Anthropic, and refuses cache points for the others; of Opus 4.7 and
 * 4.8 it refuses output formats and strict tools.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html
 * https://docs.aws.amazon.com/bedrock/latest/userguide/model-card-anthropic-claude-opus-4-7.html
 */
function claudeFamily(model: string): Family {
  const { schema, forcedTools } = claudeHabits(model);
  const version = claudeVersion(model);
  const caches = version >= (model.includes('haiku') ? 3.5 : 3.7);
  return {
    claude: true,
    schema: schema && (version < 4.7 || version >= 5),
    forcedTools,
    cachePoints: caches,
    cachesTools: caches,
    hourCache: version >= 4.5,
  };
}
