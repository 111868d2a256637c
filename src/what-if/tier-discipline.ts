import type { Model } from '../core/model.ts';
import { tiers, type Tier } from '../core/task.ts';
import type { Overspending, Sample, TierReport, TierShare } from '../core/what-if.ts';
import { couldServe } from './could-serve.ts';
import type { PaidCall } from './ledger-sample.ts';
import { answeredBy, featuresOf, type World } from './world.ts';

/** Shares of calls that are usual where work is well placed: of each tier, for houses with and without much small work. */
const guide: Readonly<Record<Tier, { low: number; high: number }>> = {
  frontier: { low: 0.05, high: 0.15 },
  workhorse: { low: 0.7, high: 0.8 },
  economy: { low: 0.3, high: 0.5 },
};

/** An economy model serves a call as well where it comes this near to the frontier model's chances. */
const asWell = 0.97;
const mostExamples = 10;

/** Shares of calls and money per tier against the guide, and what the frontier did that the economy could have done. */
export function tierReport(
  calls: readonly PaidCall[],
  { world, sample }: { readonly world: World; readonly sample: Sample },
): TierReport {
  const money = calls.reduce((sum, { cost }) => sum + Number(cost), 0);
  const shares = ([...tiers, 'unknown'] as const).map((tier): TierShare => {
    const members = calls.filter((row) => (row.tier ?? 'unknown') === tier);
    const nanoUsd = members.reduce((sum, { cost }) => sum + Number(cost), 0);
    const callShare = members.length / Math.max(1, calls.length);
    const usual = tier === 'unknown' ? undefined : guide[tier];
    return {
      tier,
      calls: members.length,
      nanoUsd,
      callShare,
      moneyShare: money === 0 ? 0 : nanoUsd / money,
      ...(usual && { guide: usual }),
      ...(usual &&
        calls.length > 0 && {
          verdict: callShare < usual.low ? 'below' : callShare > usual.high ? 'above' : 'within',
        }),
    };
  });
  const tiersSeen = shares.filter(({ tier, calls: count }) => tier !== 'unknown' || count > 0);
  return { ...sample, tiers: tiersSeen, overspent: overspent(calls, world) };
}

function overspent(calls: readonly PaidCall[], world: World): Overspending {
  const found = calls.flatMap((row) => {
    const instead = row.tier === 'frontier' ? economyFor(row, world) : undefined;
    return instead && instead.nanoUsd < Number(row.cost) ? [{ row, instead }] : [];
  });
  return {
    calls: found.length,
    nanoUsd: found.reduce((sum, { row }) => sum + Number(row.cost), 0),
    economyNanoUsd: found.reduce((sum, { instead }) => sum + instead.nanoUsd, 0),
    examples: found
      .toSorted((a, b) => Number(b.row.cost - a.row.cost))
      .slice(0, mostExamples)
      .map(({ row, instead }) => ({
        id: row.id,
        ...(row.task && { task: row.task }),
        model: row.model,
        instead: instead.model.id,
      })),
  };
}

/** The cheapest economy model whose chances come near enough. */
function economyFor(row: PaidCall, world: World) {
  const features = featuresOf(row, world);
  const frontier = world.models.find(({ id }) => id === row.model);
  if (!frontier) return undefined;
  const needed = asWell * world.chance(frontier, features).mean;
  const fits = (model: Model) =>
    model.tier === 'economy' &&
    couldServe(model, row, features) &&
    world.chance(model, features).mean >= needed;
  return world.models
    .filter(fits)
    .flatMap((model) => answeredBy(model, row, features, world) ?? [])
    .toSorted((a, b) => a.nanoUsd - b.nanoUsd)[0];
}
