import type { Advice, ReplayReport, TierReport } from '../../core/routing/what-if.ts';
import { isOpen } from '../recorded/recorded-choice.ts';
import { savedBy } from '../reports/shifts.ts';
import type { PaidCall } from '../sample/paid-calls.ts';
import type { Scale } from '../sample/scale.ts';
import type { World } from '../world/world.ts';
import { adviceOn, fewestCalls, tooFew, type AdviceFigures } from './advice-on.ts';
import { bestPin } from './best-pin.ts';
import { leftToRouter } from './left-to-router.ts';

const monthDays = 30;
/** Periods below two minutes count as two minutes, so that a month is not extrapolated from a moment. */
const shortestDays = 2 / (24 * 60);

export type AdviceSources = {
  /** The sampled calls. */
  readonly calls: readonly PaidCall[];
  readonly world: World;
  readonly scale: Scale;
  /** Between the first call of the report and now. */
  readonly days: number;
  readonly replay: ReplayReport;
  readonly tiers: TierReport;
};

/** Whether routing pays at this volume, and if not, which one model to pin. */
export async function advise({
  calls: looked,
  world,
  scale,
  days,
  replay,
  tiers,
}: AdviceSources): Promise<Advice> {
  const { since, simulated, leftOut, gone, calls, lookedAt, before, premium } = replay;
  const perMonth = monthDays / Math.max(shortestDays, days);
  const [open, named] = [looked.filter(isOpen), looked.filter((row) => !isOpen(row))];
  const facts = {
    since,
    calls,
    lookedAt,
    simulated,
    leftOut,
    gone,
    days,
    todayNanoUsd: Math.round(before.totalNanoUsd * perMonth),
    quality: before.quality,
    open: Math.round(open.length * scale.calls),
  };
  if (calls < fewestCalls) return { ...facts, advice: [tooFew(calls)] };
  const month = { ...scale, money: scale.money * perMonth };
  const isRouted = facts.open >= fewestCalls;
  const routed = await leftToRouter(named, world, month);
  const pin = await bestPin(isRouted ? open : looked, world, month);
  const figures = {
    ...facts,
    ...(pin && { bestPin: pin }),
    ...(routed && { leftToRouter: routed }),
  };
  const advice = adviceOn({
    ...figures,
    isRouted,
    isPinUsual: open.every(({ model }) => model === pin?.model),
    overspent: overspentPer(perMonth, tiers),
    frontier: tiers.tiers.find(({ tier }) => tier === 'frontier'),
    premium: premiumPer(perMonth, premium),
  });
  return { ...figures, advice };
}

function overspentPer(periods: number, { overspent }: TierReport): AdviceFigures['overspent'] {
  const { calls, nanoUsd, economyNanoUsd } = overspent;
  return { calls, savedNanoUsd: Math.round((nanoUsd - economyNanoUsd) * periods) };
}

function premiumPer(
  periods: number,
  { nanoUsd, share, elsewhere: [most] }: ReplayReport['premium'],
): AdviceFigures['premium'] {
  return {
    nanoUsd: Math.round(nanoUsd * periods),
    share,
    most: most && { from: most.from, to: most.to, savedNanoUsd: savedBy(most) * periods },
  };
}
