import prices from './prices.json' with { type: 'json' };

/** The day of the list prices in `prices.json`; open models, which many sell, stand there at an ordinary price by size. */
export const pricedAt = '2024-12-01';

/**
 * What a call would have cost, in dollars: four characters are counted as a token, and the prices are those of
 * December 2024 (dollars per million tokens in and out). `undefined` where nobody lists a price.
 */
export function costOf(
  model: string,
  { inputTokens, outputTokens }: { readonly inputTokens: number; readonly outputTokens: number },
): number | undefined {
  const [input, output] = new Map<string, readonly number[]>(Object.entries(prices)).get(model) ?? [];
  if (input === undefined || output === undefined) return undefined;
  return roundedTo9((inputTokens * input + outputTokens * output) / 1e6);
}

/** Nine decimals, as Python rounds: to the even neighbour where a number lies exactly between two. */
export function roundedTo9(value: number): number {
  // oxlint-disable-next-line oxc/number-arg-out-of-range -- a hundred digits are allowed since ECMAScript 2018
  const exact = value.toFixed(60);
  const kept = exact.slice(0, exact.indexOf('.') + 10);
  const between = /^50*$/.test(exact.slice(kept.length));
  return Number(between && Number(kept.at(-1)) % 2 === 0 ? kept : value.toFixed(9));
}
