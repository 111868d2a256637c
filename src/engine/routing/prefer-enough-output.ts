import type { Model } from '../../core/model.ts';
import type { RequestFeatures } from '../../core/routing/plan.ts';
import type { Tokens } from '../../core/units.ts';
import type { FilteredCandidates } from './filtered-candidates.ts';

/** A higher limit is a client's default for all its calls, and no sign of an answer that long. */
const longestExpected: Tokens = 16_384;

/**
 * For an open choice, drops models whose maximum output is below what the caller asked for, if others are known to
 * reach it: an answer cut short is a broken one. If none is known to, the limit is lowered to the model's own, with a
 * warning.
 */
export function preferEnoughOutput(
  { fit, out }: FilteredCandidates,
  { outputTokensAsked, needs }: Pick<RequestFeatures, 'outputTokensAsked' | 'needs'>,
  isNamed: (model: Model) => boolean,
): FilteredCandidates {
  if (outputTokensAsked === undefined || needs.includes('embeddings')) return { fit, out };
  const wanted = Math.min(outputTokensAsked, longestExpected);
  const isTerse = (model: Model) => (model.maxOutputTokens ?? Infinity) < wanted && !isNamed(model);
  const terse = fit.filter(({ model }) => isTerse(model));
  if (terse.length === 0) return { fit, out };
  const others = fit.filter(({ model }) => !isTerse(model));
  if (!others.some(({ model }) => model.maxOutputTokens !== undefined)) return { fit, out };
  const aside = terse.map(({ model }) => ({
    model: model.id,
    rule: 'capability' as const,
    reason: `its output limit is ${model.maxOutputTokens} tokens, the answer may take ${outputTokensAsked}`,
  }));
  return { fit: others, out: [...out, ...aside] };
}
