import type { JsonObject } from '../../core/json/json.ts';
import { nearestEffort, wantedEffort } from '../../core/wire/reasoning-effort.ts';
import type { Reasoning, ReasoningEffort } from '../../core/wire/request.ts';
import type { Tokens } from '../../core/units.ts';

/** What one generation of Gemini, or of Gemma at Google, accepts and another rejects. */
export type GeminiHabits = {
  /** Absent: it never thinks, and rejects settings for it. */
  readonly thinking?: GeminiThinking;
  /** Accepts a system prompt of its own ("Developer instruction is not enabled for models/gemma-3-27b-it"). */
  readonly systemPrompt: boolean;
  /** Can be held to JSON ("JSON mode is not enabled for models/gemma-3-27b-it"). */
  readonly jsonMode: boolean;
  /** Supports a response schema and function calls in one request. */
  readonly schemaWithTools: boolean;
  /** Rejects function calls in a conversation that carry no signature. */
  readonly demandsSignatures: boolean;
  /** Bills every search; earlier generations bill an answer that used search. */
  readonly billsEverySearch: boolean;
};

/** How thinking is requested: by one of the model's levels since Gemini 3, by a token budget before. */
type GeminiThinking = ThinkingLevels | ThinkingBudgets;
type ThinkingLevels = { readonly by: 'level'; readonly levels: readonly ReasoningEffort[] };
type ThinkingBudgets = {
  readonly by: 'budget';
  readonly least: Tokens;
  readonly most: Tokens;
  /** The budget 0 turns thinking off. */
  readonly mayBeOff: boolean;
};

/** Returns whether a model is a Gemini, whoever sells it. */
export function isGemini(model: string): boolean {
  return /gemini/i.test(model);
}

/** Returns the habits of a model by the generation in its name; a Gemini without a number counts as the newest. */
export function geminiHabits(model: string): GeminiHabits {
  const name = model.toLowerCase();
  const version = Number(/gemini-(\d+(?:\.\d+)?)/.exec(name)?.[1] ?? Infinity);
  const third = version >= 3;
  if (/gemma-?3/.test(name)) return gemma3;
  return {
    thinking: third ? { by: 'level', levels: levelsOf(name, version) } : budgetsOf(name),
    systemPrompt: true,
    jsonMode: true,
    schemaWithTools: third,
    demandsSignatures: third && name.includes('gemini'),
    billsEverySearch: third,
  };
}

const gemma3: GeminiHabits = {
  systemPrompt: false,
  jsonMode: false,
  schemaWithTools: false,
  demandsSignatures: false,
  billsEverySearch: false,
};

/** Returns the levels of a Gemini that thinks by levels, which are efforts in OpenAI's dialects, at any provider. */
export function geminiLevels(model: string): readonly ReasoningEffort[] | undefined {
  if (!/gemini-\d/i.test(model)) return undefined;
  const { thinking } = geminiHabits(model);
  return thinking?.by === 'level' ? thinking.levels : undefined;
}

/** https://ai.google.dev/gemini-api/docs/generate-content/thinking#thinking-levels */
function levelsOf(name: string, version: number): ReasoningEffort[] {
  const isPro = name.includes('pro');
  if (name.includes('image')) return isPro ? ['low', 'high'] : ['minimal', 'high'];
  if (isPro && version <= 3) return ['low', 'high'];
  const isLite = name.includes('lite') || !name.includes('gemini');
  if (isPro || (version >= 3.7 && !isLite)) return ['low', 'medium', 'high'];
  return ['minimal', 'low', 'medium', 'high'];
}

/** https://ai.google.dev/gemini-api/docs/generate-content/thinking#set-budget */
function budgetsOf(name: string): ThinkingBudgets {
  if (name.includes('pro')) return { by: 'budget', least: 128, most: 32_768, mayBeOff: false };
  const least = name.includes('lite') ? 512 : 1;
  return { by: 'budget', least, most: 24_576, mayBeOff: true };
}

/** The budgets that Google's own OpenAI-compatible endpoint assigns to efforts. */
const budgets: Readonly<Record<ReasoningEffort, Tokens>> = {
  none: 0,
  minimal: 1024,
  low: 1024,
  medium: 8192,
  high: 24_576,
  xhigh: 24_576,
  max: 24_576,
};

/**
 * Returns the `thinkingConfig` for a reasoning setting; what could be granted only approximately is named in
 * `warnings`. `undefined` for a model that never thinks.
 */
export function thinkingConfig(
  reasoning: Reasoning,
  { thinking }: GeminiHabits,
  warnings: string[],
): JsonObject | undefined {
  const { visible } = reasoning;
  const thoughts = visible === undefined ? {} : { includeThoughts: visible };
  const effort = wantedEffort(reasoning);
  if (thinking === undefined) {
    if (effort !== undefined && effort !== 'none')
      warnings.push('The request to think was left out: this model does not think.');
    return undefined;
  }
  if (effort === undefined) return thoughts;
  if (effort === 'none' && alwaysThinks(thinking)) {
    warnings.push('This model always thinks; the least thinking was requested.');
  }
  return thinking.by === 'level'
    ? { thinkingLevel: levelFor(reasoning, effort, thinking, warnings), ...thoughts }
    : { thinkingBudget: budgetFor(reasoning, effort, thinking, warnings), ...thoughts };
}

/** The level `minimal` is as good as no thinking. */
function alwaysThinks(thinking: GeminiThinking): boolean {
  return thinking.by === 'level' ? !thinking.levels.includes('minimal') : !thinking.mayBeOff;
}

/** Returns the level nearest to an effort. */
function levelFor(
  reasoning: Reasoning,
  effort: ReasoningEffort,
  { levels }: ThinkingLevels,
  warnings: string[],
): ReasoningEffort {
  const near = nearestEffort(effort, levels) ?? effort;
  if (reasoning.effort === undefined && effort !== 'none') {
    warnings.push(
      `This model does not support a thinking budget; ${reasoning.budgetTokens} tokens became the effort "${near}".`,
    );
  } else if (near !== effort && effort !== 'none') {
    warnings.push(`This model has no effort "${effort}"; "${near}" was sent.`);
  }
  return near;
}

/** Returns the budget nearest to the wanted one: Google answers 400 to any other. */
function budgetFor(
  reasoning: Reasoning,
  effort: ReasoningEffort,
  { least, most, mayBeOff }: ThinkingBudgets,
  warnings: string[],
): Tokens {
  if (effort === 'none') return mayBeOff ? 0 : least;
  if (reasoning.effort !== undefined || reasoning.budgetTokens === undefined) return budgets[effort];
  const granted = Math.min(Math.max(reasoning.budgetTokens, least), most);
  if (granted !== reasoning.budgetTokens) {
    warnings.push(
      `The thinking budget of ${reasoning.budgetTokens} tokens was sent as ${granted}: this model takes ${least} to ${most}.`,
    );
  }
  return granted;
}
