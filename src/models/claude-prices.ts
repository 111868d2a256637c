import type { UsdPrice } from '../core/catalogue.ts';

// Prices that the price list lacks or takes from an older model, at the maker and at its resellers.

export const sonnet55: UsdPrice = {
  input: 2,
  output: 10,
  cacheRead: 0.1,
  cacheWrite: 2.5,
  cacheWriteLong: 4,
};

/** https://platform.claude.com/docs/en/models/haiku-5-5/overview */
export const haiku55: UsdPrice = {
  input: 0.1,
  output: 0.5,
  cacheRead: 0.01,
  cacheWrite: 0.125,
  cacheWriteLong: 0.2,
  steps: [
    {
      abovePromptTokens: 100_000,
      rates: { input: 0.5, output: 2.5, cacheRead: 0.05, cacheWrite: 0.625, cacheWriteLong: 1 },
    },
  ],
};
