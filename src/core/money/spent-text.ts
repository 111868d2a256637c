import type { CostReport } from '../stores/ledger.ts';
import { dollarText } from '../units.ts';

/** Formats spending for people. An unknown price is shown as unknown, never as $0. */
export function spentText({
  totalNanoUsd,
  unknownPriceCalls,
}: Pick<CostReport, 'totalNanoUsd' | 'unknownPriceCalls'>): string {
  const known = dollarText(totalNanoUsd);
  if (unknownPriceCalls === 0) return known;
  return totalNanoUsd === 0 ? 'unknown' : `${known} + unknown`;
}
