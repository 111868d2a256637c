import { mapRates, scaleTokenRates } from './map-rates.ts';
import type { Price } from './price.ts';

/**
 * Completes the configured price of a model with what is known about its price and the configuration does not say: what
 * a web search costs, the higher prices of long prompts, in proportion to the ordinary ones, and whether prompts are
 * written to the cache unasked.
 */
export function withKnownTerms(configured: Price, known: Price | undefined): Price {
  if (!known) return configured;
  const { webSearch = known.webSearch, cachesUnasked = known.cachesUnasked, ...given } = configured;
  const { steps: ownSteps, schedule, ...rates } = given;
  const steps =
    ownSteps ??
    known.steps?.map(({ abovePromptTokens, rates: raised }) => ({
      abovePromptTokens,
      rates: scaleTokenRates(rates, {
        prompt: ratio(raised.input, known.input),
        answer: ratio(raised.output, known.output),
      }),
    }));
  const price = {
    ...rates,
    ...(steps && { steps }),
    ...(schedule && { schedule }),
    ...(cachesUnasked && { cachesUnasked }),
  };
  return webSearch === undefined ? price : mapRates(price, (one) => ({ webSearch, ...one }));
}

function ratio(raised: number, ordinary: number): number {
  return ordinary === 0 ? 1 : raised / ordinary;
}
