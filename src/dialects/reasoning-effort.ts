import type { Quirks } from '../core/provider.ts';
import type { Reasoning, ReasoningEffort } from '../core/request.ts';

const ladder: readonly ReasoningEffort[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

/** The effort to ask for, by the efforts that the seller knows; a budget becomes the effort that comes nearest. */
export function effortFor(
  reasoning: Reasoning | undefined,
  { reasoningEfforts }: Pick<Quirks, 'reasoningEfforts'>,
  warnings: string[],
): ReasoningEffort | undefined {
  if (!reasoning) return undefined;
  const wanted = reasoning.effort ?? effortOfBudget(reasoning.budgetTokens);
  if (wanted === undefined) return undefined;
  if (reasoning.effort === undefined) {
    warnings.push(
      `The thinking budget of ${reasoning.budgetTokens} tokens was asked for as the effort "${wanted}".`,
    );
  }
  const nearest = nearestEffort(wanted, reasoningEfforts);
  if (nearest !== wanted)
    warnings.push(
      `The effort "${wanted}" was asked for as "${nearest}", the nearest that this provider knows.`,
    );
  return nearest;
}

/** The nearest known effort, the lesser one of two. */
export function nearestEffort(
  wanted: ReasoningEffort,
  known: readonly ReasoningEffort[] | undefined,
): ReasoningEffort {
  if (!known || known.length === 0) return wanted;
  const distance = (effort: ReasoningEffort) => Math.abs(ladder.indexOf(effort) - ladder.indexOf(wanted));
  return (
    known.toSorted((a, b) => distance(a) - distance(b) || ladder.indexOf(a) - ladder.indexOf(b))[0] ?? wanted
  );
}

/** Budgets as Anthropic's documentation sets them beside efforts. */
function effortOfBudget(budget: number | undefined): ReasoningEffort | undefined {
  if (budget === undefined) return undefined;
  if (budget === 0) return 'none';
  if (budget <= 2_048) return 'low';
  return budget <= 8_192 ? 'medium' : 'high';
}
