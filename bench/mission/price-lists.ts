import { calcPrice } from '@pydantic/genai-prices';
import { roughCost } from '../../src/core/money/price.ts';
import { builtInAliases } from '../../src/models/aliases.ts';
import { createCatalogue } from '../../src/models/create-catalogue.ts';
import { providers } from '../../src/providers/index.ts';

/** The models of the published mixes, and their heirs. */
export type Role = 'opus' | 'sonnet' | 'haiku' | 'gemini' | 'gpt' | 'deepseek';

/** The prices of one date: what a call with given token counts costs, in dollars. */
export type PriceList = {
  readonly date: string;
  readonly names: Readonly<Record<Role, string>>;
  costOf(role: Role, inputTokens: number, outputTokens: number): number;
};

/**
 * The approximate publication date of the figures: before frontier prices fell. On this date all of the list's prices of these
 * models applied. For Claude 3.5 Haiku and DeepSeek the list has no older ones.
 */
export const publication: PriceList = listOf('2025-03-01', {
  opus: 'anthropic/claude-3-opus-20240229',
  sonnet: 'anthropic/claude-3-5-sonnet-20241022',
  haiku: 'anthropic/claude-3-5-haiku-20241022',
  gemini: 'google/gemini-1.5-pro',
  gpt: 'openai/gpt-4o-2024-08-06',
  deepseek: 'deepseek/deepseek-chat',
});

const catalogue = await createCatalogue({ providers });

/** The date for which this repository's price list was settled; each role is what its short name means here by then. */
export const today: PriceList = catalogueOf('2026-11-21', {
  opus: meantBy('opus'),
  sonnet: meantBy('sonnet'),
  haiku: meantBy('haiku'),
  gemini: meantBy('gemini-pro'),
  gpt: meantBy('gpt'),
  deepseek: 'deepseek/deepseek-v4-flash',
});

/** The model that a short name means in this repository. */
export function meantBy(alias: string): string {
  const id = builtInAliases[alias];
  if (id === undefined) throw new Error(`no alias is called ${alias}`);
  return id;
}

/** What the catalogue asks for a call, in dollars, by its snapshot of prices and what it puts over that. */
export function cataloguePrice(
  id: string,
  date: string,
): (inputTokens: number, outputTokens: number) => number {
  const price = catalogue.get(id)?.price;
  if (!price) throw new Error(`the catalogue has no price for ${id}`);
  return (inputTokens, outputTokens) => roughCost(price, inputTokens, outputTokens, noonOf(date)) / 1e9;
}

function catalogueOf(date: string, names: PriceList['names']): PriceList {
  return {
    date,
    names,
    costOf: (role, inputTokens, outputTokens) => cataloguePrice(names[role], date)(inputTokens, outputTokens),
  };
}

/** Some prices fall at night. */
function noonOf(date: string): number {
  return Date.parse(`${date}T12:00:00Z`);
}

function listOf(date: string, names: PriceList['names']): PriceList {
  const timestamp = new Date(noonOf(date));
  return {
    date,
    names,
    costOf(role, inputTokens, outputTokens) {
      const [providerId = '', ...name] = names[role].split('/');
      const usage = { input_tokens: inputTokens, output_tokens: outputTokens };
      const price = calcPrice(usage, name.join('/'), { providerId, timestamp });
      if (!price) throw new Error(`@pydantic/genai-prices has no price for ${names[role]} on ${date}`);
      return price.total_price;
    },
  };
}
