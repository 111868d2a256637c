import type { Model } from '../../../../core/model.ts';
import type { Tokens } from '../../../../core/units.ts';
import type { SoftFilter } from '../filter.ts';

/**
 * Excludes models whose windows hold the prompt but not the requested answer in addition, if others are known to hold
 * both: some providers refuse such a call, others cut its answer short. If no model is known to hold both, and for
 * named models, the provider decides. Our default output limit, which the caller did not ask for, takes no room.
 */
export const enoughContext: SoftFilter = {
  applies: ({ features: { limits, request } }) =>
    limits.maxOutputTokens !== undefined && !request.needs.includes('embeddings'),
  excludes({ model }, { features: { size, limits }, isNamed }) {
    const { contextWindow: window = Infinity } = model;
    const inputTokens = size.prompt.expected;
    const taken = roomTaken(model, limits.maxOutputTokens);
    if (inputTokens + taken <= window || isNamed(model)) return undefined;
    return {
      rule: 'window',
      reason: `its context window is ${window} tokens, the prompt is about ${inputTokens} and the answer may take ${taken}`,
    };
  },
  isSure: ({ model }) => model.contextWindow !== undefined,
};

/**
 * How much of a model's window an answer takes: at most the model's maximum output, to which a larger limit is lowered.
 */
export function roomTaken(
  { answerApart, maxOutputTokens = Infinity }: Model,
  asked: Tokens | undefined,
): Tokens {
  return answerApart === true || asked === undefined ? 0 : Math.min(asked, maxOutputTokens);
}
