import type { Model } from '../../core/model.ts';
import { inSlices } from '../../core/streams/in-slices.ts';
import type { ReplayReport } from '../../core/routing/what-if.ts';
import { couldServe } from '../decisions/could-serve.ts';
import type { PaidCall } from '../sample/paid-calls.ts';
import type { Scale } from '../sample/scale.ts';
import { mostSaving, shiftsOf } from './shifts.ts';
import { answeredBy } from '../decisions/answered-by.ts';
import { asItWas } from '../decisions/as-it-was.ts';
import { featuresOf } from '../recorded/recorded-features.ts';
import type { Decided } from '../decisions/decided.ts';
import type { World } from '../world/world.ts';

const maxElsewhere = 5;

/**
 * Computes the premium: what was paid above the cheapest of `market` that could have served each call and is expected
 * to do as well.
 */
export async function premiumOf(
  calls: readonly PaidCall[],
  {
    world,
    market,
    scale,
  }: { readonly world: World; readonly market: readonly Model[]; readonly scale: Scale },
): Promise<ReplayReport['premium']> {
  const best: { row: PaidCall; after: Decided }[] = [];
  for await (const row of inSlices(calls)) {
    const after = cheapestAsGood(row, world, market);
    if (after && after.nanoUsd < Number(row.cost)) best.push({ row, after });
  }
  const nanoUsd = best.reduce((sum, { row, after }) => sum + Number(row.cost) - after.nanoUsd, 0);
  const paid = calls.reduce((sum, { cost }) => sum + Number(cost), 0);
  return {
    nanoUsd: Math.round(nanoUsd * scale.money),
    share: paid === 0 ? 0 : nanoUsd / paid,
    elsewhere: mostSaving(shiftsOf(best, scale), maxElsewhere),
  };
}

function cheapestAsGood(row: PaidCall, world: World, market: readonly Model[]): Decided | undefined {
  const features = featuresOf(row, world);
  const quality = asItWas(row, world).quality.mean;
  let cheapest: Decided | undefined;
  for (const model of market) {
    if (!couldServe(model, row, features) || world.chance(model, features).mean < quality) continue;
    const offer = answeredBy(model, row, features, world);
    if (offer && (!cheapest || offer.nanoUsd < cheapest.nanoUsd)) cheapest = offer;
  }
  return cheapest;
}
