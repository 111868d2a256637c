import { calcPrice } from '@pydantic/genai-prices';

/** The models of the published mixes, and their heirs. */
export type Role = 'opus' | 'sonnet' | 'haiku' | 'gemini' | 'gpt' | 'deepseek';

/** What a call of so many tokens costs at one date, in dollars. */
export type PriceList = {
  readonly date: string;
  readonly names: Readonly<Record<Role, string>>;
  costOf(role: Role, inputTokens: number, outputTokens: number): number;
};

/**
 * When the figures were published, as far as they say: before the prices of the frontier fell. The day is one on which
 * every price was in force that the list has of these models; of Claude 3.5 Haiku and of DeepSeek it knows none older.
 */
export const publication: PriceList = listOf('2025-03-01', {
  opus: 'anthropic/claude-3-opus-20240229',
  sonnet: 'anthropic/claude-3-5-sonnet-20241022',
  haiku: 'anthropic/claude-3-5-haiku-20241022',
  gemini: 'google/gemini-1.5-pro',
  gpt: 'openai/gpt-4o-2024-08-06',
  deepseek: 'deepseek/deepseek-chat',
});

/** The date for which this repository's price list was settled; each name is one that its catalogue offers. */
export const today: PriceList = listOf('2026-11-21', {
  opus: 'anthropic/claude-opus-5-5',
  sonnet: 'anthropic/claude-sonnet-5',
  haiku: 'anthropic/claude-haiku-4-5',
  gemini: 'google/gemini-3.1-pro-preview',
  gpt: 'openai/gpt-6-sol',
  deepseek: 'deepseek/deepseek-v4-flash',
});

function listOf(date: string, names: PriceList['names']): PriceList {
  // Noon, since some prices fall at night.
  const timestamp = new Date(`${date}T12:00:00Z`);
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
