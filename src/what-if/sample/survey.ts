import { minOf } from '../../core/lists/extremes.ts';
import type { CallVolume } from '../../core/stores/ledger.ts';
import type { Ms } from '../../core/units.ts';
import type { GoneModel } from '../../core/routing/what-if.ts';
import { sumOver } from './sum-over.ts';

/** All calls of a period, as counted by the database. */
export type Survey = {
  /** Only simulated calls exist, so these are counted. */
  readonly simulated: boolean;
  /** Everything that was paid. */
  readonly paid: readonly CallVolume[];
  /** The paid calls of models that are no longer configured. */
  readonly gone: readonly GoneModel[];
  /** Calls that can be decided again, and what was paid for them. */
  readonly calls: number;
  readonly nanoUsd: number;
  /** Calls that cannot be decided again, including those of models that are no longer configured. */
  readonly leftOut: number;
  /** When the first call began; absent if there is none. */
  readonly firstAt?: Ms;
};

/** Surveys the real calls, or the simulated ones if there are no real calls. */
export function survey(volume: readonly CallVolume[], isThere: (model: string) => boolean): Survey {
  const real = volume.filter(({ simulated }) => !simulated);
  const simulated = real.length === 0 && volume.length > 0;
  const counted = simulated ? volume : real;
  const paid = counted.filter(({ fate }) => fate === 'paid');
  const there = paid.filter(({ model = '' }) => isThere(model));
  const calls = sumOver(there, (group) => group.calls);
  return {
    simulated,
    paid,
    gone: goneModels(paid.filter((group) => !there.includes(group))),
    calls,
    nanoUsd: sumOver(there, (group) => group.nanoUsd),
    leftOut: sumOver(counted, (group) => group.calls) - calls,
    ...(counted.length > 0 && { firstAt: minOf(counted.map(({ firstAt }) => firstAt)) }),
  };
}

/** Sorted by money, most first. */
function goneModels(groups: readonly CallVolume[]): GoneModel[] {
  return [...Map.groupBy(groups, ({ model = '' }) => model)]
    .map(([model, members]) => ({
      model,
      calls: sumOver(members, (group) => group.calls),
      nanoUsd: sumOver(members, (group) => group.nanoUsd),
    }))
    .toSorted((a, b) => b.nanoUsd - a.nanoUsd);
}
