import type { RequestFeatures } from '../../core/routing/plan.ts';
import { upperBoundCost, type Price } from '../../core/money/price.ts';
import type { NanoUsd, Tokens } from '../../core/units.ts';
import { askedTerms } from './asked-terms.ts';
import { furtherAmount, type AskedModel } from './further-models.ts';

/** How much is reckoned with of a prompt, and of each of its answers. */
export type Extent = { readonly prompt: Tokens; readonly answer: Tokens };

/**
 * The most that a model can cost: the whole prompt and as many answers as were asked for, each as long as it may get, served
 * in the way that was asked for, beside whatever other models its provider may let work. Whoever pays. `undefined`: unknown.
 */
export function mostCost(asked: AskedModel, features: RequestFeatures, extent: Extent): NanoUsd | undefined {
  const { model } = asked;
  if (!model.price) return undefined;
  const { at, needs } = features;
  const hasAudio = needs.includes('audio');
  const amountOf = (price: Price, completion: Tokens) =>
    upperBoundCost(price, { prompt: extent.prompt, completion, at, hasAudio });
  // Of others that a provider lets work, an adviser or who answers in its place, nobody knows how much they can say.
  const most = allAnswers(extent, features);
  const ordinary =
    amountOf(model.price, allAnswers(extent, features, model.maxOutputTokens)) +
    furtherAmount(asked, features, (price) => amountOf(price, most));
  // A cheaper way may not be granted.
  const percent = Math.max(100, askedTerms(asked, features).percent);
  return (ordinary * BigInt(percent) + 99n) / 100n;
}

/** No answer is longer than its model can say. */
export function allAnswers(
  { answer }: Pick<Extent, 'answer'>,
  { answers = 1 }: Pick<RequestFeatures, 'answers'>,
  longest: Tokens = answer,
): Tokens {
  return answers * Math.min(answer, longest);
}
