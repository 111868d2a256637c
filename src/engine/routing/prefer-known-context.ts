import type { RequestFeatures } from '../../core/routing/plan.ts';
import type { Tokens } from '../../core/units.ts';
import type { FilteredCandidates } from './filtered-candidates.ts';

/** A window size that nearly every current model has. */
const usualWindow: Tokens = 100_000;

/**
 * For an open choice with a prompt that not every model can hold, drops models with an unknown window if others are
 * known to hold it. If there are no others, all are kept.
 */
export function preferKnownContext(
  { fit, out }: FilteredCandidates,
  { inputTokens, needs }: RequestFeatures,
): FilteredCandidates {
  if (inputTokens <= usualWindow || needs.includes('embeddings')) return { fit, out };
  const sure = fit.filter(({ model }) => model.contextWindow !== undefined);
  if (sure.length === 0 || sure.length === fit.length) return { fit, out };
  const reason = `its context window is unknown, and the prompt is about ${inputTokens} tokens`;
  const unsure = fit
    .filter(({ model }) => model.contextWindow === undefined)
    .map(({ model }) => ({ model: model.id, rule: 'window' as const, reason }));
  return { fit: sure, out: [...out, ...unsure] };
}
