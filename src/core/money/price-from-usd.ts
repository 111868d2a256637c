import type { UsdPrice } from '../catalogue.ts';
import { picoPerSearch, picoPerToken, type Price, type Rates } from './price.ts';

/** Converts a price in USD per million tokens to pico-dollars per token. */
export function priceFromUsd({ steps, ...usd }: UsdPrice): Price {
  if (!steps) return ratesFromUsd(usd);
  // The last step that a prompt exceeds applies, and a configuration may list them in any order.
  const stepped = steps
    .toSorted((a, b) => a.abovePromptTokens - b.abovePromptTokens)
    .map(({ abovePromptTokens, rates }) => ({ abovePromptTokens, rates: ratesFromUsd(rates) }));
  return { ...ratesFromUsd(usd), steps: stepped };
}

function ratesFromUsd(usd: UsdPrice): Rates {
  return {
    input: picoPerToken(usd.input),
    output: picoPerToken(usd.output),
    ...(usd.cacheRead !== undefined && { cacheRead: picoPerToken(usd.cacheRead) }),
    ...(usd.cacheWrite !== undefined && { cacheWrite: picoPerToken(usd.cacheWrite) }),
    ...(usd.cacheWriteLong !== undefined && { cacheWriteLong: picoPerToken(usd.cacheWriteLong) }),
    ...(usd.inputAudio !== undefined && { inputAudio: picoPerToken(usd.inputAudio) }),
    ...(usd.outputAudio !== undefined && { outputAudio: picoPerToken(usd.outputAudio) }),
    ...(usd.reasoning !== undefined && { reasoning: picoPerToken(usd.reasoning) }),
    ...(usd.webSearch !== undefined && { webSearch: picoPerSearch(usd.webSearch) }),
  };
}
