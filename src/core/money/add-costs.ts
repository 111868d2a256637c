import type { NanoUsd } from '../units.ts';

/** Adds costs. The sum is unknown if one of them is: a partial sum would be wrong. */
export function addCosts(...costs: readonly (NanoUsd | undefined)[]): NanoUsd | undefined {
  let sum = 0n;
  for (const cost of costs) {
    if (cost === undefined) return undefined;
    sum += cost;
  }
  return sum;
}
