import type { RequestFeatures } from '../../core/routing/request/request-features.ts';
import { upperBoundCost, type Price } from '../../core/money/price.ts';
import type { Model } from '../../core/model.ts';
import type { NanoUsd, Tokens } from '../../core/units.ts';
import { allAnswers } from '../../core/money/all-answers.ts';
import { askedRates } from './asked-terms.ts';
import { mostPromptTokens } from './most-tokens.ts';
import { shortensItself } from '../../core/money/shortened-prompt.ts';
import { furtherAmount, isNamedAgain, type AskedModel } from './further-models.ts';

/** How many tokens are assumed for a prompt, and for each of its answers. */
export type Extent = { readonly prompt: Tokens; readonly answer: Tokens };

/** No call costs a million dollars. Sums of such amounts fit into the database's integers, whatever output limits say. */
const mostOfAll: NanoUsd = 10n ** 15n;

/**
 * Returns the most that a model can cost: the whole prompt and all requested answers, each as long as it may get, at
 * the requested service tier, plus whatever other models its provider may use; regardless of who pays. `undefined`:
 * unknown.
 */
export function mostCost(asked: AskedModel, features: RequestFeatures, extent: Extent): NanoUsd | undefined {
  const { model } = asked;
  if (!model.price) return undefined;
  const { at, request, size } = features;
  const { isTextOnly } = request;
  const hasAudio = request.needs.includes('audio');
  const whole = mostPromptTokens(model, size, extent.prompt);
  const isShortened = isCut(asked, request);
  const amountOf = (price: Price, completion: Tokens, { contextWindow }: Pick<Model, 'contextWindow'>) => {
    const prompt = isShortened ? Math.min(whole, contextWindow ?? whole) : whole;
    return upperBoundCost(price, { prompt, completion, at, hasAudio, isTextOnly });
  };
  // The maximum output of other models that a provider uses (as an adviser or in place of this one) is unknown.
  const longest = { answer: Math.max(extent.answer, request.furtherModels?.answer ?? 0) };
  const answers = allAnswers(longest, size);
  const own = longest.answer > extent.answer && isNamedAgain(asked, request) ? longest : extent;
  const ordinary =
    amountOf(model.price, allAnswers(own, size, model.maxOutputTokens), model) +
    furtherAmount(asked, request, (price, further) => amountOf(price, answers, further));
  const { percent } = askedRates(asked, request);
  const most = (ordinary * BigInt(percent) + 99n) / 100n;
  return most < mostOfAll ? most : mostOfAll;
}

/** Whether the provider leaves out, and does not bill, what the window of the model does not hold. */
function isCut({ deployment }: AskedModel, { shortening }: RequestFeatures['request']): boolean {
  return (
    shortening?.cutsToWindow === true && deployment !== undefined && shortensItself(deployment, shortening)
  );
}
