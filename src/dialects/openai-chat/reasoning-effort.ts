import type { Quirks } from '../../core/provider.ts';
import type { Reasoning, ReasoningEffort } from '../../core/request.ts';

const scale: readonly ReasoningEffort[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

/** The effort to send, by name or by the budget that the client thinks in; the nearest that the seller knows. */
export function effortOf(
  { effort, budgetTokens }: Reasoning,
  { reasoningEfforts }: Quirks,
  warn: (warning: string) => void,
): ReasoningEffort | undefined {
  const wanted = effort ?? (budgetTokens === undefined ? undefined : effortOfBudget(budgetTokens));
  if (wanted === undefined) return undefined;
  const sent = nearest(wanted, reasoningEfforts ?? scale);
  if (effort === undefined) warn(`A thinking budget of ${budgetTokens} tokens was sent as effort "${sent}".`);
  else if (sent !== wanted)
    warn(`Effort "${wanted}" was sent as "${sent}", the nearest that this provider knows.`);
  return sent;
}

/** The sizes at which Anthropic's and Google's documentation speak of little, usual and much thinking. */
function effortOfBudget(tokens: number): ReasoningEffort {
  if (tokens === 0) return 'none';
  if (tokens <= 4_096) return 'low';
  return tokens <= 16_384 ? 'medium' : 'high';
}

/** On a tie the weaker one, which costs less. */
function nearest(wanted: ReasoningEffort, known: readonly ReasoningEffort[]): ReasoningEffort | undefined {
  const at = scale.indexOf(wanted);
  const distance = (effort: ReasoningEffort) => Math.abs(scale.indexOf(effort) - at);
  return scale
    .filter((effort) => known.includes(effort))
    .reduce<ReasoningEffort | undefined>(
      (best, effort) => (best === undefined || distance(effort) < distance(best) ? effort : best),
      undefined,
    );
}
