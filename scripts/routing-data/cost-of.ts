import prices from './prices.json' with { type: 'json' };

/** The date of the list prices in `prices.json`. Open models, offered by many providers, have a typical price by size. */
export const pricedAt = '2024-12-01';

/**
 * Returns what a call would have cost, in dollars: four characters count as a token, and the prices are those of December
 * 2024 (dollars per million input and output tokens). `undefined` if no price is listed.
 */
export function costOf(
  model: string,
  { inputTokens, outputTokens }: { readonly inputTokens: number; readonly outputTokens: number },
): number | undefined {
  const [input, output] = new Map<string, readonly number[]>(Object.entries(prices)).get(model) ?? [];
  if (input === undefined || output === undefined) return undefined;
  return roundedTo9((inputTokens * input + outputTokens * output) / 1e6);
}

/** Rounds to nine decimals as Python does: exact halves go to the even neighbour. */
export function roundedTo9(value: number): number {
  // oxlint-disable-next-line oxc/number-arg-out-of-range -- a hundred digits are allowed since ECMAScript 2018
  const exact = value.toFixed(60);
  const kept = exact.slice(0, exact.indexOf('.') + 10);
  const between = /^50*$/.test(exact.slice(kept.length));
  return Number(between && Number(kept.at(-1)) % 2 === 0 ? kept : value.toFixed(9));
}
