import type { TierShare } from '../../core/routing/what-if.ts';
import type { CallVolume } from '../../core/stores/ledger.ts';
import { tiers, type Tier } from '../../core/task.ts';
import { sumOver } from '../sample/sum-over.ts';

/**
 * Shares of calls per tier if work is well placed. The range of `economy` is of installations with much small work, that
 * of `workhorse` of those with little: the shares of one installation cannot be within all three.
 */
export const tierGuide: Readonly<Record<Tier, { readonly low: number; readonly high: number }>> = {
  frontier: { low: 0.05, high: 0.15 },
  workhorse: { low: 0.7, high: 0.8 },
  economy: { low: 0.3, high: 0.5 },
};

/** Returns each tier's share of calls and money; calls of models of unknown tier are listed only if there are any. */
export function tierShares(paid: readonly CallVolume[]): TierShare[] {
  const money = sumOver(paid, ({ nanoUsd }) => nanoUsd);
  const calls = sumOver(paid, (group) => group.calls);
  return ([...tiers, 'unknown'] as const).flatMap((tier): TierShare[] => {
    const groups = paid.filter((group) => (group.tier ?? 'unknown') === tier);
    const ofTier = sumOver(groups, (group) => group.calls);
    if (tier === 'unknown' && ofTier === 0) return [];
    const nanoUsd = sumOver(groups, (group) => group.nanoUsd);
    const callShare = ofTier / Math.max(1, calls);
    const verdict = calls > 0 ? verdictOn(tier, callShare) : undefined;
    return [
      {
        tier,
        calls: ofTier,
        nanoUsd,
        callShare,
        moneyShare: money === 0 ? 0 : nanoUsd / money,
        ...(tier !== 'unknown' && { guide: tierGuide[tier] }),
        ...(verdict && { verdict }),
      },
    ];
  });
}

/** A low share of workhorse or economy calls is no fault: the other kind of installation has it. */
function verdictOn(tier: TierShare['tier'], callShare: number): TierShare['verdict'] {
  if (tier === 'unknown') return undefined;
  const { low, high } = tierGuide[tier];
  if (callShare > high) return 'above';
  if (callShare >= low) return 'within';
  return tier === 'frontier' ? 'below' : undefined;
}
