import type { JsonObject } from '../../core/json/json.ts';
import { nearestEffort, wantedEffort } from '../../core/wire/reasoning-effort.ts';
import type { Reasoning, ReasoningEffort } from '../../core/wire/request.ts';

/** What one generation of Gemini accepts and another rejects. */
export type GeminiHabits = {
  /** How thinking is requested: by a level since Gemini 3, by a token budget before. */
  readonly thinking: 'level' | 'budget';
  /** Supports a response schema and function calls in one request. */
  readonly schemaWithTools: boolean;
  /** Rejects function calls in a conversation that carry no signature. */
  readonly demandsSignatures: boolean;
  /** Bills every search; earlier generations bill an answer that used search. */
  readonly billsEverySearch: boolean;
  /** Thinking cannot be switched off. */
  readonly alwaysThinks: boolean;
  readonly levels: readonly ReasoningEffort[];
};

/** Returns the habits of a model by the generation in its name; a Gemini without a number counts as the newest. */
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

/** The budgets that Google's own OpenAI-compatible endpoint assigns to efforts. */
const budgets: Readonly<Record<ReasoningEffort, number>> = {
  none: 0,
  minimal: 1024,
  low: 1024,
  medium: 8192,
  high: 24_576,
  xhigh: 24_576,
  max: 24_576,
};
const minBudgetOfPro = 128;

/**
 * Returns the `thinkingConfig` for a reasoning setting; what could be granted only approximately is named in
 * `warnings`.
 */
export function thinkingConfig(reasoning: Reasoning, habits: GeminiHabits, warnings: string[]): JsonObject {
  const { budgetTokens, visible } = reasoning;
  const thoughts = visible === undefined ? {} : { includeThoughts: visible };
  const effort = wantedEffort(reasoning);
  if (effort === undefined) return thoughts;
  if (reasoning.effort === undefined && budgetTokens !== undefined && budgetTokens > 0) {
    return { thinkingBudget: budgetTokens, ...thoughts };
  }
  if (effort === 'none' && habits.alwaysThinks) {
    warnings.push('This model always thinks; the least thinking was requested.');
  }
  if (habits.thinking === 'level')
    return { thinkingLevel: levelFor(effort, habits.levels, warnings), ...thoughts };
  const thinkingBudget = effort === 'none' && habits.alwaysThinks ? minBudgetOfPro : budgets[effort];
  return { thinkingBudget, ...thoughts };
}

/** Returns the level nearest to an effort. */
function levelFor(
  effort: ReasoningEffort,
  levels: readonly ReasoningEffort[],
  warnings: string[],
): ReasoningEffort {
  const near = nearestEffort(effort, levels) ?? effort;
  if (near !== effort && effort !== 'none') {
    warnings.push(`This model has no effort "${effort}"; "${near}" was sent.`);
  }
  return near;
}
