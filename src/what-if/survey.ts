import type { CallVolume } from '../core/stores/ledger.ts';
import type { Ms } from '../core/units.ts';
import type { GoneModel } from '../core/routing/what-if.ts';

/** All calls of a time, as the database counted them. */
export type Survey = {
  /** Simulated money, because there is no other. */
  readonly simulated: boolean;
  /** Everything that was paid for. */
  readonly paid: readonly CallVolume[];
  /** Of that, what models answered that are no longer there. */
  readonly gone: readonly GoneModel[];
  /** Calls that can be decided anew, and what was paid for them. */
  readonly calls: number;
  readonly nanoUsd: number;
  /** Calls that cannot, those of models that are gone among them. */
  readonly leftOut: number;
  /** When the first of all began; absent where there is none. */
  readonly firstAt?: Ms;
};

/** Of real calls where there are any, else of the simulated ones. */
export function survey(volume: readonly CallVolume[], isThere: (model: string) => boolean): Survey {
  const real = volume.filter(({ simulated }) => !simulated);
  const simulated = real.length === 0 && volume.length > 0;
  const counted = simulated ? volume : real;
  const paid = counted.filter(({ fate }) => fate === 'paid');
  const there = paid.filter(({ model = '' }) => isThere(model));
  const calls = sum(there, (group) => group.calls);
  return {
    simulated,
    paid,
    gone: goneModels(paid.filter((group) => !there.includes(group))),
    calls,
    nanoUsd: sum(there, (group) => group.nanoUsd),
    leftOut: sum(counted, (group) => group.calls) - calls,
    ...(counted.length > 0 && { firstAt: Math.min(...counted.map(({ firstAt }) => firstAt)) }),
  };
}

/** Where most money went first. */
function goneModels(groups: readonly CallVolume[]): GoneModel[] {
  return [...Map.groupBy(groups, ({ model = '' }) => model)]
    .map(([model, members]) => ({
      model,
      calls: sum(members, (group) => group.calls),
      nanoUsd: sum(members, (group) => group.nanoUsd),
    }))
    .toSorted((a, b) => b.nanoUsd - a.nanoUsd);
}

function sum(groups: readonly CallVolume[], of: (group: CallVolume) => number): number {
  return groups.reduce((total, group) => total + of(group), 0);
}
