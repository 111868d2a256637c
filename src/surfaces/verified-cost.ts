import type { NanoUsd } from '../core/units.ts';

/** Returns the cost of an answer and its verification together; unknown if either is unknown. */
export function verifiedCost(
  answer: NanoUsd | undefined,
  { cost_nano_usd: spent }: { readonly cost_nano_usd?: number },
): NanoUsd | undefined {
  return answer === undefined || spent === undefined ? undefined : answer + BigInt(spent);
}
