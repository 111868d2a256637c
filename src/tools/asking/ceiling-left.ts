import { usdFromNano, type NanoUsd } from '../../core/units.ts';

/** What an earlier call leaves of a cost ceiling that covers both, in US dollars; `undefined` without a ceiling. */
export function ceilingLeft(maxCostUsd: number | undefined, spent: NanoUsd | undefined): number | undefined {
  return maxCostUsd === undefined ? undefined : Math.max(0, maxCostUsd - usdFromNano(spent ?? 0n));
}
