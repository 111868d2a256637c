import { mapRates } from '../core/money/map-rates.ts';
import type { Price } from '../core/money/price.ts';

/**
 * Adds a price for cache writes that last an hour: `factor` times the input price, if the provider's row only has a
 * price for five-minute writes.
 */
export function withHourlyWrites(price: Price, factor: number): Price {
  return mapRates(price, (rates) =>
    rates.cacheWrite === undefined || rates.cacheWriteLong !== undefined
      ? rates
      : { ...rates, cacheWriteLong: Math.round(rates.input * factor) },
  );
}
