import { tokenPercent } from '../../core/billing-terms.ts';
import type { Call } from '../../core/call.ts';
import type { Model } from '../../core/model.ts';
import type { Plan, RequestFeatures } from '../../core/plan.ts';
import { upperBoundCost, type Price } from '../../core/price.ts';
import type { Deployment } from '../../core/provider.ts';
import { nanoFromUsd, type NanoUsd, type Tokens } from '../../core/units.ts';
import { furtherAmount } from '../money/further-models.ts';
import type { Choice } from './choice.ts';

/** What a named model may cost, and what the caller allows. */
export type Ceiling = {
  readonly most: NanoUsd;
  readonly limit: NanoUsd;
  readonly inputTokens: Tokens;
  readonly outputTokens: Tokens;
};

/** For the named model, where its price is known and the caller set a ceiling. */
export function ceilingOf(features: RequestFeatures, choice: Choice): Ceiling | undefined {
  const { maxCostUsd } = features;
  if (maxCostUsd === undefined || choice.kind === 'open') return undefined;
  const most = mostCost({ model: choice.model }, features);
  if (most === undefined) return undefined;
  const outputTokens = mostWritten(features, choice.model);
  return { most, limit: nanoFromUsd(maxCostUsd), inputTokens: atMost(features), outputTokens };
}

/**
 * The whole prompt, by any tokenizer, and as many answers as were asked for, each as long as it may get, served in the
 * way that was asked for, beside whatever other models its provider may let work. `undefined`: unknown.
 */
export function mostCost(
  asked: { readonly model: Model; readonly deployment?: Deployment },
  features: RequestFeatures,
): NanoUsd | undefined {
  const { model } = asked;
  if (!model.price) return undefined;
  const hasAudio = features.needs.includes('audio');
  const amountOf = (price: Price, by?: Model) =>
    upperBoundCost(price, atMost(features), mostWritten(features, by), features.at, hasAudio);
  const most = amountOf(model.price, model) + furtherAmount(asked, features, (price) => amountOf(price));
  const { percent } = tokenPercent(features.billingTerms, model);
  return percent > 100 ? (most * BigInt(percent)) / 100n : most;
}

/** No answer is longer than its model can say; of other models that a provider lets work, nobody knows how much that is. */
function mostWritten({ outputTokensUpperBound: most, answers = 1 }: RequestFeatures, by?: Model): Tokens {
  return answers * Math.min(most, by?.maxOutputTokens ?? most);
}

function atMost({
  inputTokensUpperBound,
  inputTokensAtMost = inputTokensUpperBound,
}: RequestFeatures): Tokens {
  return inputTokensAtMost;
}

/** Whether a model is above the ceiling by the bound alone, and not by the estimate: counting would tell. */
export function isCeilingDoubtful(model: Model, features: RequestFeatures): boolean {
  const { price } = model;
  const { inputTokens, inputTokensUpperBound, maxCostUsd, at } = features;
  const isCounted = atMost(features) < inputTokensUpperBound;
  if (!price || maxCostUsd === undefined || isCounted) return false;
  return upperBoundCost(price, inputTokens, mostWritten(features, model), at) <= nanoFromUsd(maxCostUsd);
}

/** Whoever is named is never too dear for a price that is unknown; who set a ceiling learns that nothing was held against it. */
export function ceilingWarnings({ limits, providerWishes, surface }: Call, { steps }: Plan): string[] {
  if (limits.maxCostUsd === undefined && !providerWishes?.maxPrice) return [];
  const unknown = steps
    .flatMap(({ candidates }) => candidates)
    .flatMap(({ model, deployment }) =>
      model.price || model.local || deployment.payer === 'caller' ? [] : model.id,
    );
  if (unknown.length === 0) return [];
  const names = [...new Set(unknown)].join(', ');
  const remedy = surface === 'http' ? '; x-conclave-strict: true rules it out' : '';
  return [`the price of ${names} is unknown, so no ceiling was held against it${remedy}`];
}
