import type { CallCeiling } from '../../core/routing/request/shared-ceiling.ts';
import { usdFromNano, type NanoUsd } from '../../core/units.ts';

/** Returns what earlier calls leave of a cost ceiling that covers them too, if there is one. */
export function ceilingLeft(
  { maxCostUsd, sharedCeiling: shared }: CallCeiling,
  spent: NanoUsd | undefined,
): CallCeiling {
  if (maxCostUsd === undefined) return {};
  if (!spent) return { maxCostUsd, ...(shared && { sharedCeiling: shared }) };
  return {
    maxCostUsd: Math.max(0, maxCostUsd - usdFromNano(spent)),
    sharedCeiling: { kind: 'left', maxCostUsd, ...(shared && { shared }) },
  };
}
