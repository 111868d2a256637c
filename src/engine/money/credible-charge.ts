import type { NanoUsd } from '../../core/units.ts';

/** Expensive hosts, plugins and fees can raise a bill above our own calculation, but never by this factor. */
const maxTimes = 100n;
/** A search or a plugin costs cents even if the tokens cost next to nothing. */
const smallBill: NanoUsd = 10_000_000_000n;
/** Limit for an answer of unknown price. */
const maxOfUnknown: NanoUsd = 1_000_000_000_000n;

/**
 * Whether the charge that a provider reports is plausible for this answer, given what its tokens cost by the price
 * list. A wrong unit would use up every budget of a key.
 */
export function isCredibleCharge(charged: NanoUsd, byPriceList: NanoUsd | undefined): boolean {
  if (byPriceList === undefined) return charged <= maxOfUnknown;
  return charged <= smallBill || charged <= byPriceList * maxTimes;
}
