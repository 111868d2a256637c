import type { Shift } from '../core/what-if.ts';
import type { PaidCall } from './ledger-sample.ts';
import type { Decided } from './world.ts';

const mostShifts = 20;

/** Where calls go that another model answers than did, the most frequent ways first. */
export function shiftsOf(served: readonly { readonly row: PaidCall; readonly after: Decided }[]): Shift[] {
  const moved = served.filter(({ row, after }) => row.model !== after.model.id);
  const groups = Object.values(Object.groupBy(moved, ({ row, after }) => `${row.model} ${after.model.id}`));
  return groups
    .map((group = []): Shift => ({
      from: group[0]?.row.model ?? '',
      to: group[0]?.after.model.id ?? '',
      calls: group.length,
      beforeNanoUsd: group.reduce((sum, { row }) => sum + Number(row.cost), 0),
      afterNanoUsd: group.reduce((sum, { after }) => sum + after.nanoUsd, 0),
    }))
    .sort((a, b) => b.calls - a.calls)
    .slice(0, mostShifts);
}
