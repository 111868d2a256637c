import type { Tokens } from '../../../../core/units.ts';
import type { SoftFilter } from '../filter.ts';

/** A higher limit is a client's default for all its calls, and no sign of an answer that long. */
const longestExpected: Tokens = 16_384;

/**
 * For an open choice, excludes models whose maximum output is below what the caller asked for, if others are known to
 * reach it: an answer cut short is a broken one. If none is known to, the limit is lowered to the model's own, with a
 * warning.
 */
export const enoughOutput: SoftFilter = {
  applies: ({ features: { limits, request }, isOpen }) =>
    isOpen && limits.maxOutputTokens !== undefined && !request.needs.includes('embeddings'),
  excludes({ model }, { features: { limits }, isNamed }) {
    const { maxOutputTokens: asked = 0 } = limits;
    const { maxOutputTokens: most = Infinity } = model;
    if (most >= Math.min(asked, longestExpected) || isNamed(model)) return undefined;
    return {
      rule: 'capability',
      reason: `its output limit is ${most} tokens, the answer may take ${asked}`,
    };
  },
  isSure: ({ model }) => model.maxOutputTokens !== undefined,
};
