import { ConclaveError } from '../core/errors.ts';
import type { LLMProvider, TokenCount } from '../core/wire/llm-provider.ts';
import type { Model } from '../core/model.ts';
import { picoPerToken, type Price } from '../core/money/price.ts';
import { describeModel } from './describe-model.ts';

/**
 * Returns the models of a library user's own provider: its short description, completed with what is known about models
 * of that name.
 */
export function customModels(provider: LLMProvider): Model[] {
  return provider.models.map(({ id, maxContext, costPerMToken }) => {
    const price = Number.isFinite(costPerMToken)
      ? { input: picoPerToken(costPerMToken), output: picoPerToken(costPerMToken) }
      : estimatedPrice(provider);
    return {
      ...describeModel({ id: provider.name, local: false }, id, []),
      contextWindow: maxContext,
      ...(price && { price }),
    };
  });
}

/** Returns the price from the provider's estimates for a million tokens of each kind; unknown if it gives none. */
function estimatedPrice(provider: LLMProvider): Price | undefined {
  const input = estimate(provider, { input: 1_000_000, output: 0 });
  const output = estimate(provider, { input: 0, output: 1_000_000 });
  const usable = [input, output].every((usd) => Number.isFinite(usd) && usd >= 0);
  return usable ? { input: picoPerToken(input), output: picoPerToken(output) } : undefined;
}

function estimate(provider: LLMProvider, tokens: TokenCount): number {
  try {
    return provider.estimateCost(tokens);
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw new ConclaveError('configuration', `${provider.name}.estimateCost failed: ${why}`, {
      cause: thrown,
    });
  }
}
