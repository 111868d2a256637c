import type { Reasoning, ReasoningEffort } from './request.ts';

/** All efforts, lowest first. */
const reasoningEfforts: readonly ReasoningEffort[] = [
  'none',
  'minimal',
  'low',
  'medium',
  'high',
  'xhigh',
  'max',
];

/**
 * Returns the effort that a request asks for, directly or by its budget. A budget is mapped to the nearest effort of
 * Google's own table (low 1,024, medium 8,192, high 24,576: https://ai.google.dev/gemini-api/docs/openai#thinking).
 * `undefined` if the request sets neither.
 */
export function wantedEffort({ effort, budgetTokens }: Reasoning): ReasoningEffort | undefined {
  if (effort !== undefined || budgetTokens === undefined) return effort;
  if (budgetTokens === 0) return 'none';
  if (budgetTokens <= 4_096) return 'low';
  return budgetTokens <= 16_384 ? 'medium' : 'high';
}

/** Returns whether the model is to answer without thinking. */
export function isThinkingOff(reasoning: Reasoning | undefined): boolean {
  return reasoning !== undefined && wantedEffort(reasoning) === 'none';
}

/**
 * Returns the wanted effort if the model supports it, otherwise the next lower supported one, otherwise the lowest
 * above it. Never `none` unless it is wanted. `undefined` if none fits.
 */
export function nearestEffort(
  wanted: ReasoningEffort,
  known: readonly ReasoningEffort[],
): ReasoningEffort | undefined {
  if (known.includes(wanted)) return wanted;
  const thinking = thinkingEfforts(known);
  return thinking.findLast((effort) => rank(effort) < rank(wanted)) ?? thinking[0];
}

/** Returns the wanted effort as `nearestEffort` does, except that the next higher one comes before the next lower. */
export function nearestHigherEffort(
  wanted: ReasoningEffort,
  known: readonly ReasoningEffort[],
): ReasoningEffort | undefined {
  if (known.includes(wanted)) return wanted;
  const thinking = thinkingEfforts(known);
  return thinking.find((effort) => rank(effort) > rank(wanted)) ?? thinking.at(-1);
}

/** Returns the efforts with which a model thinks, lowest first. */
function thinkingEfforts(known: readonly ReasoningEffort[]): ReasoningEffort[] {
  return known.filter((effort) => effort !== 'none').toSorted((a, b) => rank(a) - rank(b));
}

function rank(effort: ReasoningEffort): number {
  return reasoningEfforts.indexOf(effort);
}
