import type { NanoUsd, Tokens } from './units.ts';
import { promptTokens, type Usage } from './usage.ts';

/** Pico-dollars per token: a price of $3 per million tokens is 3,000,000. Always a non-negative integer. */
export type PicoUsdPerToken = number;

/** What a model costs. A bucket without a rate of its own costs what its nearest relative does. */
export type Price = {
  readonly input: PicoUsdPerToken;
  readonly output: PicoUsdPerToken;
  /** Default: `input`. */
  readonly cacheRead?: PicoUsdPerToken;
  /** Default: `input`. */
  readonly cacheWrite?: PicoUsdPerToken;
  /** Default: `cacheWrite`. */
  readonly cacheWriteLong?: PicoUsdPerToken;
  /** Default: `output`. */
  readonly reasoning?: PicoUsdPerToken;
  /** Pico-dollars for one server-side web search. Default 0. */
  readonly webSearch?: number;
  /** Rates that replace all of the above once the whole prompt exceeds `abovePromptTokens`; dearest last. */
  readonly steps?: readonly PriceStep[];
};

export type PriceStep = { readonly abovePromptTokens: Tokens; readonly rates: Omit<Price, 'steps'> };

/** Dollars per million tokens, as people write prices, in pico-dollars per token. */
export function picoPerToken(usdPerMillion: number): PicoUsdPerToken {
  return Math.round(usdPerMillion * 1e6);
}

/** The exact cost of a usage, summed over all buckets and rounded half up to nano-dollars once. */
export function costOf(usage: Usage, price: Price): NanoUsd {
  const rates = ratesFor(price, promptTokens(usage));
  const cacheWrite = rates.cacheWrite ?? rates.input;
  const pico =
    usage.input * rates.input +
    usage.output * rates.output +
    usage.cacheRead * (rates.cacheRead ?? rates.input) +
    usage.cacheWrite * cacheWrite +
    usage.cacheWriteLong * (rates.cacheWriteLong ?? cacheWrite) +
    usage.reasoning * (rates.reasoning ?? rates.output) +
    usage.webSearches * (rates.webSearch ?? 0);
  if (!Number.isSafeInteger(pico)) throw new RangeError(`a cost of ${pico} pico-dollars is not exact`);
  return (BigInt(pico) + 500n) / 1000n;
}

/** The most that a prompt and an answer of these sizes can cost, whatever the cache does. */
export function upperBoundCost(price: Price, prompt: Tokens, completion: Tokens): NanoUsd {
  const rates = ratesFor(price, prompt);
  const dearestInput = Math.max(rates.input, rates.cacheWrite ?? 0, rates.cacheWriteLong ?? 0);
  const dearestOutput = Math.max(rates.output, rates.reasoning ?? 0);
  return (BigInt(prompt) * BigInt(dearestInput) + BigInt(completion) * BigInt(dearestOutput) + 999n) / 1000n;
}

function ratesFor(price: Price, prompt: Tokens): Omit<Price, 'steps'> {
  const step = price.steps?.findLast(({ abovePromptTokens }) => prompt > abovePromptTokens);
  return step ? step.rates : price;
}
