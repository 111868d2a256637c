import type { Model } from '../model.ts';
import type { RequestFeatures } from '../routing/request-features.ts';
import { allAnswers } from './all-answers.ts';
import { roughCost } from './price.ts';

/** Estimates the cost of a call at a model, in nano-dollars, for ranking; `undefined` if the price is unknown. */
export function expectedCost(
  { price, maxOutputTokens }: Pick<Model, 'price' | 'maxOutputTokens'>,
  { at, size }: Pick<RequestFeatures, 'at' | 'size'>,
): number | undefined {
  const completion = allAnswers({ answer: size.answer.expected }, size, maxOutputTokens);
  return price && roughCost(price, size.prompt.expected, completion, at);
}
