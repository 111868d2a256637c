import type { Model } from '../model.ts';
import type { RequestFeatures } from '../routing/request/request-features.ts';
import type { Tokens } from '../units.ts';
import { allAnswers } from './all-answers.ts';
import { roughCost } from './price.ts';

/** Estimates the cost of a call at a model, in nano-dollars, for ranking; `undefined` if the price is unknown. */
export function expectedCost(
  model: Pick<Model, 'id' | 'price' | 'maxOutputTokens'>,
  { at, size }: Pick<RequestFeatures, 'at' | 'size'>,
): number | undefined {
  const { price, maxOutputTokens } = model;
  const completion = allAnswers({ answer: expectedAnswer(model, size) }, size, maxOutputTokens);
  return price && roughCost(price, size.prompt.expected, completion, at);
}

/** Returns how long one answer of a model is expected to be. */
export function expectedAnswer({ id }: Pick<Model, 'id'>, { answer, modelAnswers }: AnswerSize): Tokens {
  return modelAnswers?.of(id) ?? answer.expected;
}

type AnswerSize = Pick<RequestFeatures['size'], 'answer' | 'modelAnswers'>;
