import { calcPrice } from '@pydantic/genai-prices';
import type { ModelResult, RoutingRow } from '../router/read-rows.ts';

/**
 * Who sells today in the place of a model of 2024: what the same short name (sonnet, gpt, gpt-mini, gemini-flash …) means
 * here today, and DeepSeek's cheapest. Open models have many sellers and no heir.
 */
export const heirs: readonly (readonly [name: RegExp, heir: string])[] = [
  [/^claude-3-opus/, 'anthropic/claude-opus-5-5'],
  [/^claude-3(-5)?-sonnet/, 'anthropic/claude-sonnet-5'],
  [/^claude-3(-5)?-haiku/, 'anthropic/claude-haiku-4-5'],
  [/^gpt-4o-mini|^gpt-3\.5/, 'openai/gpt-5.4-mini'],
  [/^gpt-4o-2024/, 'openai/gpt-6-sol'],
  [/^gemini-1\.5-flash$/, 'google/gemini-3.8-flash'],
  [/^gemini-1\.5-pro$/, 'google/gemini-3.1-pro-preview'],
  [/^deepseek-/i, 'deepseek/deepseek-v4-flash'],
];

/** The template around each question, as the data count it. */
const templateChars = 300;

/**
 * The same answers at the prices of their models' heirs on a date, four characters a token; models without one stand
 * aside. What the heirs would answer nobody has measured.
 */
export function atHeirsPrices(rows: readonly RoutingRow[], date: string): RoutingRow[] {
  const priceOf = new Map<string, (tokens: Tokens) => number>();
  return rows.map((row) => {
    const results = new Map<string, ModelResult>();
    for (const [model, result] of row.results) {
      const heir = heirs.find(([name]) => name.test(model))?.[1];
      if (heir === undefined || result.answerChars === undefined) continue;
      const price = priceOf.get(heir) ?? pricesOf(heir, date);
      priceOf.set(heir, price);
      const cost = price({
        input: (row.prompt.length + templateChars) / 4,
        output: result.answerChars / 4,
      });
      results.set(model, { ...result, cost });
    }
    return { ...row, results };
  });
}

type Tokens = { readonly input: number; readonly output: number };

function pricesOf(name: string, date: string): (tokens: Tokens) => number {
  const [providerId = '', model = ''] = name.split('/');
  const total = (usage: { input_tokens: number; output_tokens: number }) => {
    // Noon, since some prices fall at night.
    const price = calcPrice(usage, model, { providerId, timestamp: new Date(`${date}T12:00:00Z`) });
    if (!price) throw new Error(`@pydantic/genai-prices has no price for ${name} on ${date}`);
    return price.total_price;
  };
  // By the thousand: some models charge more for the tokens of a prompt beyond 200,000.
  const input = total({ input_tokens: 1000, output_tokens: 0 }) / 1000;
  const output = total({ input_tokens: 0, output_tokens: 1000 }) / 1000;
  return (tokens) => tokens.input * input + tokens.output * output;
}
