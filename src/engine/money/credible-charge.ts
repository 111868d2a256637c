import type { NanoUsd } from '../../core/units.ts';

/** Dearer hosts, plugins and fees bring a bill above our own arithmetic, and never as far as this. */
const mostTimes = 100n;
/** A search or a plugin costs cents where the tokens cost next to nothing. */
const smallBill: NanoUsd = 10_000_000_000n;
/** Of an answer whose price nobody knows. */
const mostOfUnknown: NanoUsd = 1_000_000_000_000n;

/**
 * Whether what a seller says that it charged can be the price of this answer, beside what its tokens cost by the price list.
 * A slip in the unit would eat every budget of a key.
 */
export function isCredibleCharge(charged: NanoUsd, byPriceList: NanoUsd | undefined): boolean {
  if (byPriceList === undefined) return charged <= mostOfUnknown;
  return charged <= smallBill || charged <= byPriceList * mostTimes;
}
