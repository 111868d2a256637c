import type { Tokens } from '../../../../core/units.ts';
import type { SoftFilter } from '../filter.ts';

/** A window size that nearly every current model has. */
const usualWindow: Tokens = 100_000;

/**
 * For an open choice with a prompt that not every model can hold, excludes models with an unknown window if others are
 * known to hold it.
 */
export const knownContext: SoftFilter = {
  applies: ({ features: { size, request }, isOpen }) =>
    isOpen && size.prompt.expected > usualWindow && !request.needs.includes('embeddings'),
  excludes({ model }, { features }) {
    if (model.contextWindow !== undefined) return undefined;
    return {
      rule: 'window',
      reason: `its context window is unknown, and the prompt is about ${features.size.prompt.expected} tokens`,
    };
  },
  isSure: () => true,
};
