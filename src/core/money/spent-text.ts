import type { CostReport } from '../stores/ledger.ts';
import { dollarText } from '../units.ts';

/** What was spent, as people read it. An unknown price is unknown, never $0. */
export function spentText({
  totalNanoUsd,
  unknownPriceCalls,
}: Pick<CostReport, 'totalNanoUsd' | 'unknownPriceCalls'>): string {
  const known = dollarText(totalNanoUsd);
  if (unknownPriceCalls === 0) return known;
  return totalNanoUsd === 0 ? 'unknown' : `${known} + unknown`;
}
