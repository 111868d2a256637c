import type { ModelResult, RoutingRow } from '../router/read-rows.ts';
import { cataloguePrice, meantBy } from './price-lists.ts';

/**
 * Today's successors of the models of 2024: what the same short name (sonnet, gpt, gpt-mini, gemini-flash …) means here
 * today, and DeepSeek's cheapest. Open models have many providers and no successor.
 */
export const heirs: readonly (readonly [name: RegExp, heir: string])[] = [
  [/^claude-3-opus/, meantBy('opus')],
  [/^claude-3(-5)?-sonnet/, meantBy('sonnet')],
  [/^claude-3(-5)?-haiku/, meantBy('haiku')],
  [/^gpt-4o-mini|^gpt-3\.5/, meantBy('gpt-mini')],
  [/^gpt-4o-2024/, meantBy('gpt')],
  [/^gemini-1\.5-flash$/, meantBy('gemini-flash')],
  [/^gemini-1\.5-pro$/, meantBy('gemini-pro')],
  [/^deepseek-/i, 'deepseek/deepseek-v4-flash'],
];

/** The length of the template around each question, as the data count it. */
const templateChars = 300;

/**
 * Reprices the same answers at the prices of the successor models on a date, at four characters a token; models without
 * a successor are left out. The successors' own answers were not measured.
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
  const costOf = cataloguePrice(name, date);
  // By the thousand: some models charge more for the tokens of a prompt beyond 200,000.
  const input = costOf(1000, 0) / 1000;
  const output = costOf(0, 1000) / 1000;
  return (tokens) => tokens.input * input + tokens.output * output;
}
