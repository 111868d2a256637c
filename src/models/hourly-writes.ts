import type { Price, Rates, SteppedRates } from '../core/money/price.ts';

/**
 * Adds a price for cache writes that last an hour: `factor` times the input price, if the provider's row only has a
 * price for five-minute writes.
 */
export function withHourlyWrites(price: Price, factor: number): Price {
  const rated = <R extends Rates>(rates: R): R =>
    rates.cacheWrite === undefined || rates.cacheWriteLong !== undefined
      ? rates
      : { ...rates, cacheWriteLong: Math.round(rates.input * factor) };
  const stepped = <R extends SteppedRates>(rates: R): R => ({
    ...rated(rates),
    ...(rates.steps && { steps: rates.steps.map((step) => ({ ...step, rates: rated(step.rates) })) }),
  });
  const { schedule } = price;
  return {
    ...stepped(price),
    ...(schedule && { schedule: schedule.map((entry) => ({ ...entry, rates: stepped(entry.rates) })) }),
  };
}
