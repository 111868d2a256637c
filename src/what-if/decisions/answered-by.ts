import type { Model } from '../../core/model.ts';
import { costOf } from '../../core/money/price.ts';
import type { RequestFeatures } from '../../core/routing/request/request-features.ts';
import type { Tokens } from '../../core/units.ts';
import { answerScale, withAnswer } from '../recorded/answer-scale.ts';
import type { Decided } from './decided.ts';
import type { PaidCall } from '../sample/paid-calls.ts';
import type { World } from '../world/world.ts';

/** Returns the cost and quality of a call if a model answers it; `undefined` if the model's price is unknown. */
export function answeredBy(
  model: Model,
  row: PaidCall,
  features: RequestFeatures,
  world: World,
): Decided | undefined {
  const alone = answeredAlone(model, row, features, world);
  return alone && withGuesses(alone, row, world);
}

/** Like `answeredBy`, without the cost of classifying the call. */
export function answeredAlone(
  model: Model,
  row: PaidCall,
  features: RequestFeatures,
  world: World,
): Decided | undefined {
  if (!model.price) return undefined;
  const usage = withAnswer(row.usage, answerScale(row, world)(model.id), longestAnswers(model, row));
  return {
    model,
    path: [model.id],
    nanoUsd: Number(costOf(usage, model.price, row.startedAt)),
    quality: { ...world.chance(model, features), model: model.id },
  };
}

/** The model that did answer wrote what it wrote, whatever its description says. */
function longestAnswers({ id, maxOutputTokens = Infinity }: Model, row: PaidCall): Tokens {
  return id === row.model ? Infinity : maxOutputTokens * (row.decision?.wishes?.answers ?? 1);
}

/** Adds the cost of classifying the call as before, at current prices. */
export function withGuesses(decided: Decided, { guesses, startedAt }: PaidCall, { byId }: World): Decided {
  const guessed = guesses.reduce((sum, { model, usage, cost }) => {
    const price = byId.get(model)?.price;
    return sum + Number(price ? costOf(usage, price, startedAt) : cost);
  }, 0);
  return guessed === 0 ? decided : { ...decided, nanoUsd: decided.nanoUsd + guessed };
}
