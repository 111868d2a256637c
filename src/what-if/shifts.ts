import type { Shift } from '../core/what-if.ts';
import type { PaidCall } from './paid-calls.ts';
import type { Scale } from './scale.ts';
import type { Decided } from './world.ts';

const mostShifts = 20;

/** Where calls go that another model answers than did, the most frequent ways first. */
export function shiftsOf(
  served: readonly { readonly row: PaidCall; readonly after: Decided }[],
  { calls, money }: Scale,
): Shift[] {
  const sum = (of: readonly number[]) =>
    Math.round(of.reduce((total, nanoUsd) => total + nanoUsd, 0) * money);
  const moved = served.filter(({ row, after }) => row.model !== after.model.id);
  const groups = Object.values(Object.groupBy(moved, ({ row, after }) => `${row.model} ${after.model.id}`));
  return groups
    .map((group = []): Shift => ({
      from: group[0]?.row.model ?? '',
      to: group[0]?.after.model.id ?? '',
      calls: Math.round(group.length * calls),
      beforeNanoUsd: sum(group.map(({ row }) => Number(row.cost))),
      afterNanoUsd: sum(group.map(({ after }) => after.nanoUsd)),
    }))
    .sort((a, b) => b.calls - a.calls)
    .slice(0, mostShifts);
}
