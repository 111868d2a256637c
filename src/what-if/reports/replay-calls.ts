import type { Model } from '../../core/model.ts';
import type { Change, ReplayReport, Sample } from '../../core/routing/what-if.ts';
import { inSlices } from '../../core/streams/in-slices.ts';
import { changeNotes } from '../changes/change-notes.ts';
import { changedWorld, forcedBy } from '../changes/changed-world.ts';
import { asItWas, repriced } from '../decisions/as-it-was.ts';
import { decide } from '../decisions/decide-again.ts';
import type { Decided } from '../decisions/decided.ts';
import { isOfOldVersion } from '../recorded/recorded-choice.ts';
import type { Forced } from '../recorded/recorded-features.ts';
import { differenceInterval, qualityDifference, qualityInterval, sumInterval } from '../sample/interval.ts';
import type { PaidCall } from '../sample/paid-calls.ts';
import { times, type Scale } from '../sample/scale.ts';
import type { World } from '../world/world.ts';
import { premiumOf } from './premium.ts';
import { mostFrequent, shiftsOf } from './shifts.ts';

const maxShifts = 20;

/**
 * Decides the ledger's calls again in a changed world. `market` holds all models that could be bought, for the premium.
 * @throws ConclaveError `invalid_request` for a change that cannot be read or matches no model.
 */
export async function replayCalls(
  calls: readonly PaidCall[],
  {
    change,
    world,
    market,
    sample,
    scale,
  }: {
    readonly change: Change;
    readonly world: World;
    readonly market: readonly Model[];
    readonly sample: Sample;
    readonly scale: Scale;
  },
): Promise<ReplayReport> {
  const goneIds = sample.gone.map(({ model }) => model);
  const changed = changedWorld(change, world, goneIds);
  const decided = await Array.fromAsync(inSlices(calls), (row) => ({
    row,
    before: asItWas(row, world),
    after: changed && changedCall(row, { world, changed, forced: forcedBy(change) }),
  }));
  const served = decided.flatMap(({ row, before, after = before }) =>
    after === 'nobody' ? [] : [{ row, before, after }],
  );
  const deviations = served.map(({ after }) => after.deviation ?? 0);
  const lost = decided.filter(({ after }) => after === 'nobody');
  const { share, money } = scale;
  const sum = (rows: readonly { readonly row: PaidCall }[]) =>
    Math.round(rows.reduce((total, { row }) => total + Number(row.cost), 0) * money);
  return {
    ...sample,
    change,
    notes: changeNotes(change, world, goneIds),
    before: {
      totalNanoUsd: sum(decided),
      quality: qualityInterval(
        decided.map(({ before }) => before.quality),
        share,
      ),
    },
    after: {
      totalNanoUsd: times(
        sumInterval(
          served.map(({ after }) => after.nanoUsd),
          deviations,
        ),
        money,
      ),
      quality: qualityInterval(
        served.map(({ after }) => after.quality),
        share,
      ),
    },
    difference: {
      nanoUsd: times(
        differenceInterval(
          served.map(({ row, after }) => after.nanoUsd - Number(row.cost)),
          deviations,
        ),
        money,
      ),
      quality: qualityDifference(
        served.map(({ before, after }) => ({ before: before.quality, after: after.quality })),
        share,
      ),
    },
    wishesUnknown: Math.round(decided.filter(({ row }) => isOfOldVersion(row)).length * scale.calls),
    unserved: Math.round(lost.length * scale.calls),
    unservedNanoUsd: sum(lost),
    shifts: mostFrequent(shiftsOf(served, scale), maxShifts),
    premium: await premiumOf(calls, { world, market, scale }),
  };
}

type Worlds = { readonly world: World; readonly changed: World; readonly forced: Forced | undefined };

/**
 * Decides a call in the changed world. Another policy is compared with what the call did. For all other changes, a call
 * that would be decided the same with and without the change stays as it was, at the new prices: a conversation that
 * stayed, a prompt that only a rule saw, an experiment or an outage of that hour is no effect of the change.
 */
function changedCall(row: PaidCall, { world, changed, forced }: Worlds): Decided | 'nobody' {
  if (forced && row.decision?.policy !== 'rules') {
    const after = decide(row, changed, forced);
    return (after && isAsItWas(row, after) ? repriced(row, world, changed) : undefined) ?? after ?? 'nobody';
  }
  const usual = decide(row, world);
  const after = decide(row, changed);
  const isTouched = usual?.path.join() !== after?.path.join();
  return (isTouched ? undefined : repriced(row, world, changed)) ?? after ?? 'nobody';
}

/** Whether the call would go to the same models and end at the same step. */
function isAsItWas({ model, verdicts }: PaidCall, { path, endsAsBefore }: Decided): boolean {
  return verdicts ? endsAsBefore === true : path.length === 1 && path[0] === model;
}
