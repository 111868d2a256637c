import type { JsonObject } from '../../core/json/json.ts';
import type { Reasoning, ReasoningEffort } from '../../core/wire/request.ts';

/** What one generation of Gemini takes and another refuses. */
export type GeminiHabits = {
  /** How thinking is asked for: in words since Gemini 3, by budget before. */
  readonly thinking: 'level' | 'budget';
  /** Answers by a schema and calls functions in one request. */
  readonly schemaWithTools: boolean;
  /** Refuses function calls of a conversation that carry no signature. */
  readonly demandsSignatures: boolean;
  /** Bills every search, where earlier ones bill an answer that was searched for. */
  readonly billsEverySearch: boolean;
  /** Cannot be kept from thinking. */
  readonly alwaysThinks: boolean;
  readonly levels: readonly string[];
};

/** The habits of a model by the generation in its name; a Gemini without a number counts as the newest. */
export function geminiHabits(model: string): GeminiHabits {
  const name = model.toLowerCase();
  const version = Number(/gemini-(\d+(?:\.\d+)?)/.exec(name)?.[1] ?? Infinity);
  const third = version >= 3;
  const pro = name.includes('pro');
  return {
    thinking: third ? 'level' : 'budget',
    schemaWithTools: third,
    demandsSignatures: third && name.includes('gemini'),
    billsEverySearch: third,
    alwaysThinks: pro,
    levels: pro
      ? version > 3
        ? ['low', 'medium', 'high']
        : ['low', 'high']
      : ['minimal', 'low', 'medium', 'high'],
  };
}

/** Budgets that Google's own OpenAI-compatible endpoint gives to efforts. */
const budgets: Readonly<Record<ReasoningEffort, number>> = {
  none: 0,
  minimal: 1024,
  low: 1024,
  medium: 8192,
  high: 24_576,
  xhigh: 24_576,
  max: 24_576,
};
const leastBudgetOfPro = 128;

/** `thinkingConfig` for a wish; what could only be granted nearly is said in `warnings`. */
export function thinkingConfig(
  { effort, budgetTokens, visible }: Reasoning,
  habits: GeminiHabits,
  warnings: string[],
): JsonObject {
  const thoughts = visible === undefined ? {} : { includeThoughts: visible };
  if (budgetTokens !== undefined) return { thinkingBudget: budgetTokens, ...thoughts };
  if (effort === undefined) return thoughts;
  if (effort === 'none' && habits.alwaysThinks) {
    warnings.push('This model cannot be kept from thinking; the least of it was asked for.');
  }
  if (habits.thinking === 'level')
    return { thinkingLevel: levelFor(effort, habits.levels, warnings), ...thoughts };
  const thinkingBudget = effort === 'none' && habits.alwaysThinks ? leastBudgetOfPro : budgets[effort];
  return { thinkingBudget, ...thoughts };
}

const ladder: readonly string[] = ['minimal', 'low', 'medium', 'high'];

/** The level itself, else the next lower one that the model has, else its lowest. */
function levelFor(effort: ReasoningEffort, levels: readonly string[], warnings: string[]): string {
  const wanted = effort === 'none' ? 'minimal' : effort === 'xhigh' || effort === 'max' ? 'high' : effort;
  const lower = levels.filter((level) => ladder.indexOf(level) <= ladder.indexOf(wanted));
  const near = lower.at(-1) ?? levels[0] ?? wanted;
  if (near !== effort && effort !== 'none') {
    warnings.push(`This model has no effort "${effort}"; "${near}" was sent.`);
  }
  return near;
}
