import type { NanoUsd } from '../core/units.ts';

/** What an answer and its verification cost together; unknown as soon as one of them is. */
export function verifiedCost(
  answer: NanoUsd | undefined,
  { cost_nano_usd: spent }: { readonly cost_nano_usd?: number },
): NanoUsd | undefined {
  return answer === undefined || spent === undefined ? undefined : answer + BigInt(spent);
}
