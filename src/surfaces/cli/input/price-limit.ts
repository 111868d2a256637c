import { readCostCeiling } from '../../../core/money/dollar-limits.ts';
import type { Usd } from '../../../core/units.ts';

/** Reads `--max-cost-usd`. @throws ConclaveError `invalid_request` unless it is an amount of money. */
export function priceLimit(text: string | undefined): { readonly maxCostUsd?: Usd } {
  return text === undefined ? {} : { maxCostUsd: readCostCeiling(text, '--max-cost-usd') };
}
