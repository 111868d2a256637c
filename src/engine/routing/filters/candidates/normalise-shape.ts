import type { Model } from '../../../../core/model.ts';
import type { Price } from '../../../../core/money/price.ts';

/** Makes forgetting a member a compile error. */
type Whole<T> = T & Record<keyof T, unknown>;

/**
 * Returns the model with its members in one order and none missing. Models carry only what happens to be known about
 * them; after a dozen different object shapes the engine looks up every member of every candidate slowly, which makes a
 * call four times as slow.
 */
export function normaliseShape(model: Model): Whole<Model> {
  return {
    id: model.id,
    provider: model.provider,
    name: model.name,
    knownAs: model.knownAs,
    family: model.family,
    tier: model.tier,
    contextWindow: model.contextWindow,
    maxOutputTokens: model.maxOutputTokens,
    imageTokens: model.imageTokens,
    audioApart: model.audioApart,
    hasConfiguredPrice: model.hasConfiguredPrice,
    parameters: model.parameters,
    answerApart: model.answerApart,
    portableThoughts: model.portableThoughts,
    capabilities: model.capabilities,
    price: model.price && pricedAlike(model.price),
    batchPrice: model.batchPrice,
    rateFactors: model.rateFactors,
    strengths: model.strengths,
    weaknesses: model.weaknesses,
    local: model.local,
    retired: model.retired,
    quotas: model.quotas,
  };
}

function pricedAlike(price: Price): Whole<Price> {
  return {
    input: price.input,
    output: price.output,
    cacheRead: price.cacheRead,
    cacheWrite: price.cacheWrite,
    cacheWriteLong: price.cacheWriteLong,
    reasoning: price.reasoning,
    inputAudio: price.inputAudio,
    outputAudio: price.outputAudio,
    webSearch: price.webSearch,
    call: price.call,
    steps: price.steps,
    schedule: price.schedule,
    cachesUnasked: price.cachesUnasked,
  };
}
