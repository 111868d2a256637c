import type { Model } from '../../core/model.ts';
import type { RequestFeatures } from '../../core/routing/plan.ts';
import type { Tokens } from '../../core/units.ts';
import type { FilteredCandidates } from './filtered-candidates.ts';

/**
 * Drops models whose windows hold the prompt but not the requested answer in addition, if others are known to hold
 * both: some providers refuse such a call, others cut its answer short. If no model is known to hold both, and for
 * named models, the provider decides. Our default output limit, which the caller did not ask for, takes no room.
 */
export function preferEnoughContext(
  { fit, out }: FilteredCandidates,
  { inputTokens, outputTokensAsked, needs }: RequestFeatures,
  isNamed: (model: Model) => boolean,
): FilteredCandidates {
  if (outputTokensAsked === undefined || needs.includes('embeddings')) return { fit, out };
  const isTight = (model: Model) =>
    inputTokens + roomTaken(model, outputTokensAsked) > (model.contextWindow ?? Infinity);
  const tight = fit.filter(({ model }) => isTight(model) && !isNamed(model));
  if (tight.length === 0) return { fit, out };
  const roomy = fit.filter(({ model }) => !isTight(model) || isNamed(model));
  if (!roomy.some(({ model }) => model.contextWindow !== undefined)) return { fit, out };
  const aside = tight.map(({ model }) => ({
    model: model.id,
    rule: 'window' as const,
    reason: `its context window is ${model.contextWindow} tokens, the prompt is about ${inputTokens} and the answer may take ${roomTaken(model, outputTokensAsked)}`,
  }));
  return { fit: roomy, out: [...out, ...aside] };
}

/**
 * How much of a model's window an answer takes: at most the model's maximum output, to which a larger limit is lowered.
 */
export function roomTaken(
  { answerApart, maxOutputTokens = Infinity }: Model,
  outputTokensAsked: Tokens | undefined,
): Tokens {
  return answerApart === true || outputTokensAsked === undefined
    ? 0
    : Math.min(outputTokensAsked, maxOutputTokens);
}
