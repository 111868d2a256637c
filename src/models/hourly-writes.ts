import type { Price, Rates, SteppedRates } from '../core/money/price.ts';

/** A price whose writes to the cache for an hour, where a seller's row has only those for five minutes, cost `factor` times the input. */
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
