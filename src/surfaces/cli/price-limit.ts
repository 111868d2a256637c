import { ConclaveError } from '../../core/errors.ts';
import type { Usd } from '../../core/units.ts';

/** Reads `--max-cost-usd`. @throws ConclaveError `invalid_request` unless it is an amount of money. */
export function priceLimit(text: string | undefined): { readonly maxCostUsd?: Usd } {
  if (text === undefined) return {};
  const maxCostUsd = Number(text);
  if (maxCostUsd > 0) return { maxCostUsd };
  throw new ConclaveError('invalid_request', `--max-cost-usd "${text}" is not a positive number of dollars.`);
}
