import { ConclaveError } from '../../core/errors.ts';
import { matchesPattern } from '../../core/names/matches-pattern.ts';
import type { Model } from '../../core/model.ts';
import { mapRates, scaleTokenPrice } from '../../core/money/map-rates.ts';
import type { Price } from '../../core/money/price.ts';
import { goneBy, refuseGone } from './gone-models.ts';

/** Returns a model with changed prices. */
export type PriceChange = (model: Model) => Model;

/**
 * Reads `pattern=+N%`, `pattern=-N%` and `pattern=xN`; later ones apply on top of earlier ones.
 * @throws ConclaveError `invalid_request` for one that cannot be read, or that matches no model.
 */
export function priceChange(
  written: readonly string[],
  models: readonly Model[],
  gone: readonly string[] = [],
): PriceChange {
  const changes = written.map((text) => {
    const [, pattern = '', change = ''] = /^(.+)=([^=]+)$/.exec(text) ?? [];
    const factor = factorOf(change.trim());
    if (factor === undefined) {
      throw new ConclaveError(
        'invalid_request',
        `"${text}" is not a price change; write openai/*=+200%, */*=-10% or deepseek/*=x2.`,
      );
    }
    if (!models.some(({ id }) => matchesPattern(id, pattern))) {
      refuseGone(`--price ${text}`, goneBy(pattern, gone));
      throw new ConclaveError(
        'invalid_request',
        `No configured model is "${pattern}"; patterns are of ids, as openai/*.`,
      );
    }
    return { pattern, factor };
  });
  return (model) => {
    const factor = changes.reduce(
      (all, one) => (matchesPattern(model.id, one.pattern) ? all * one.factor : all),
      1,
    );
    return factor === 1 || !model.price ? model : { ...model, price: scaled(model.price, factor) };
  };
}

/** Costs after a change must still be whole numbers that a program can hold. */
const mostTimes = 1e6;

function factorOf(change: string): number | undefined {
  const percent = /^([+-]\d+(?:\.\d+)?)\s*%$/.exec(change)?.[1];
  const times = /^x(\d+(?:\.\d+)?)$/i.exec(change)?.[1];
  const factor = percent === undefined ? Number(times ?? Number.NaN) : 1 + Number(percent) / 100;
  return factor >= 0 && factor <= mostTimes ? factor : undefined;
}

/** Scales everything that a call is billed for. */
function scaled(price: Price, factor: number): Price {
  const times = (rate: number) => Math.round(rate * factor);
  return mapRates(scaleTokenPrice(price, factor), ({ webSearch, call, ...rates }) => ({
    ...rates,
    ...(webSearch !== undefined && { webSearch: times(webSearch) }),
    ...(call !== undefined && { call: times(call) }),
  }));
}
