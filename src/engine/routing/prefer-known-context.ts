import type { RequestFeatures } from '../../core/routing/plan.ts';
import type { Tokens } from '../../core/units.ts';
import type { FilteredCandidates } from './filtered-candidates.ts';

/** What nearly every model of today holds. */
const usualWindow: Tokens = 100_000;

/**
 * Of an open choice about a prompt that not every model holds, those whose windows nobody has told stand aside for those
 * that are known to hold it. Where there is none of these, they are all there is.
 */
export function preferKnownContext(
  { fit, out }: FilteredCandidates,
  { inputTokens, needs }: RequestFeatures,
): FilteredCandidates {
  if (inputTokens <= usualWindow || needs.includes('embeddings')) return { fit, out };
  const sure = fit.filter(({ model }) => model.contextWindow !== undefined);
  if (sure.length === 0 || sure.length === fit.length) return { fit, out };
  const reason = `nobody has told how much its window holds, and the prompt is about ${inputTokens} tokens`;
  const unsure = fit
    .filter(({ model }) => model.contextWindow === undefined)
    .map(({ model }) => ({ model: model.id, rule: 'window' as const, reason }));
  return { fit: sure, out: [...out, ...unsure] };
}
