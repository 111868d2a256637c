import type { Model } from '../model.ts';
import type { RequestFeatures } from '../routing/plan.ts';
import { allAnswers } from './all-answers.ts';
import { roughCost } from './price.ts';

type Expected = Pick<RequestFeatures, 'inputTokens' | 'outputTokens' | 'answers' | 'at'>;

/** Estimates the cost of a call at a model, in nano-dollars, for ranking; `undefined` if the price is unknown. */
export function expectedCost(
  { price, maxOutputTokens }: Pick<Model, 'price' | 'maxOutputTokens'>,
  features: Expected,
): number | undefined {
  const completion = allAnswers({ answer: features.outputTokens }, features, maxOutputTokens);
  return price && roughCost(price, features.inputTokens, completion, features.at);
}
