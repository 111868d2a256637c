import type { Shift } from '../../core/routing/what-if.ts';
import type { PaidCall } from '../sample/paid-calls.ts';
import type { Scale } from '../sample/scale.ts';
import type { Decided } from '../decisions/decided.ts';

type Moved = { readonly row: PaidCall; readonly after: Decided };

/** Returns the shifts of calls to other models than answered them, unordered. */
export function shiftsOf(served: readonly Moved[], { calls, money }: Scale): Shift[] {
  const sum = (of: readonly number[]) =>
    Math.round(of.reduce((total, nanoUsd) => total + nanoUsd, 0) * money);
  const moved = served.filter(({ row, after }) => row.model !== after.model.id);
  const groups = Object.values(Object.groupBy(moved, ({ row, after }) => `${row.model} ${after.model.id}`));
  return groups.map((group = []): Shift => ({
    from: group[0]?.row.model ?? '',
    to: group[0]?.after.model.id ?? '',
    calls: Math.round(group.length * calls),
    beforeNanoUsd: sum(group.map(({ row }) => Number(row.cost))),
    afterNanoUsd: sum(group.map(({ after }) => after.nanoUsd)),
  }));
}

/** Returns the `most` shifts with the most calls. */
export function mostFrequent(shifts: readonly Shift[], most: number): Shift[] {
  return shifts.toSorted((a, b) => b.calls - a.calls).slice(0, most);
}

/** Returns the `most` shifts that save the most money. */
export function mostSaving(shifts: readonly Shift[], most: number): Shift[] {
  return shifts.toSorted((a, b) => savedBy(b) - savedBy(a)).slice(0, most);
}

/** Returns what a shift saves in total, in nano-dollars. */
export function savedBy({ beforeNanoUsd, afterNanoUsd }: Shift): number {
  return beforeNanoUsd - afterNanoUsd;
}
