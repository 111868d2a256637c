import type { UsdPrice } from '../core/catalogue.ts';
import { priceFromUsd } from '../core/money/price-from-usd.ts';
import { scaleTokenPrice } from '../core/money/map-rates.ts';
import type { Price } from '../core/money/price.ts';
import { haiku55, sonnet55 } from './claude-prices.ts';
import type { PricedModel } from './price-snapshot.ts';

const hour = 3_600_000;

/** 9:00 to 12:00 and 14:00 to 18:00 in Beijing, Monday to Friday. Chinese public holidays are off-peak and not known here. */
const deepseekPeak = [
  { kind: 'daily', start: 1 * hour, end: 4 * hour, days: [1, 2, 3, 4, 5] },
  { kind: 'daily', start: 6 * hour, end: 10 * hour, days: [1, 2, 3, 4, 5] },
] as const;

// https://api-docs.deepseek.com/quick_start/pricing
const deepseekFlash = atHalfOffPeak({ input: 0.3, output: 1.2, cacheRead: 0.006 });
const deepseekPro = atHalfOffPeak({ input: 1.32, output: 3.96, cacheRead: 0.044 });

/**
 * Rows that precede those of the price list, by provider: for models that the list lacks, takes for another model, or
 * prices as they were. A test fails once the list agrees.
 */
export const priceCorrections: Readonly<Record<string, readonly PricedModel[]>> = {
  bedrock: [
    ...atBedrock('claude-sonnet-5-5', sonnet55),
    ...atBedrock('claude-haiku-5-5', haiku55),
    // The list has one row for both versions.
    {
      name: 'amazon.titan-embed-text-v2:0',
      match: ['*amazon.titan-embed-text-v2'],
      window: 8_192,
      price: priceFromUsd({ input: 0.02, output: 0 }),
    },
  ],
  deepseek: [
    { name: 'deepseek-flash', match: ['=deepseek-flash'], window: 1_000_000, price: deepseekFlash },
    // "Their requests are served by" deepseek-flash, at its price.
    { name: 'deepseek-v4-flash', match: ['^deepseek-v4-flash'], window: 1_000_000, price: deepseekFlash },
    { name: 'deepseek-v4-pro', match: ['^deepseek-v4-pro'], window: 1_000_000, price: deepseekPro },
  ],
  groq: [
    // The list takes it for gpt-oss-120b.
    {
      name: 'openai/gpt-oss-safeguard-20b',
      window: 131_072,
      price: priceFromUsd({ input: 0.075, output: 0.3 }),
    },
  ],
  mistral: [
    // The list still has the models that these names meant before.
    {
      name: 'mistral-large-latest',
      window: 262_144,
      price: priceFromUsd({ input: 0.5, output: 1.5, cacheRead: 0.05 }),
    },
    {
      name: 'mistral-small-latest',
      window: 262_144,
      price: priceFromUsd({ input: 0.15, output: 0.6, cacheRead: 0.015 }),
    },
  ],
};

/** Returns a price with these rates at DeepSeek's peak hours, and half of them at all others. */
function atHalfOffPeak(peak: UsdPrice): Price {
  const rates = priceFromUsd(peak);
  return {
    ...scaleTokenPrice(rates, 0.5),
    schedule: deepseekPeak.map((when) => ({ when, rates })),
  };
}

/** Returns the rows of one of Claude's models at Bedrock: its maker's price, and 10 % more in a region. */
function atBedrock(name: string, price: UsdPrice): readonly PricedModel[] {
  const window = 1_000_000;
  const global = { name: `global.anthropic.${name}`, match: [`^global.anthropic.${name}`], window };
  const regions = ['us', 'us-gov', 'eu', 'apac', 'au', 'jp'].map((region) => `^${region}.anthropic.${name}`);
  const regional = {
    name: `regional.anthropic.${name}`,
    match: [`^anthropic.${name}`, `^${name}`, ...regions],
    window,
  };
  return [
    { ...global, price: priceFromUsd(price) },
    { ...regional, price: scaleTokenPrice(priceFromUsd(price), 1.1) },
  ];
}
