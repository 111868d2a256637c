import { scratch } from '../core/memories/scratch.ts';

const roomFor = scratch((count) => ({
  turns: new Int32Array(count),
  members: new Int32Array(count),
  takers: new Int32Array(count),
  inTurn: new Int32Array(count),
}));

/**
 * Reorders candidates whose groups are equal except for the lower `bits`: the first of each family, then the second of
 * each, and so on. `order` holds their places, which index `groups` and `families`; `families` holds a small number per
 * family. The returned list is valid until the next call.
 */
export function alternateFamilies(
  order: Int32Array,
  {
    count,
    groups,
    families,
    bits,
  }: {
    readonly count: number;
    readonly groups: Int32Array;
    readonly families: Uint16Array;
    readonly bits: number;
  },
): Int32Array {
  const { inTurn } = roomFor(count);
  const groupAt = (at: number) => (groups[order[at] ?? 0] ?? 0) >> bits;
  let start = 0;
  let group = count > 0 ? groupAt(0) : 0;
  for (let end = 1; end <= count; end++) {
    const next = end < count ? groupAt(end) : -1;
    if (next === group) continue;
    if (end - start > 2) takeTurns(order, families, { start, end });
    else for (let at = start; at < end; at++) inTurn[at] = order[at] ?? 0;
    start = end;
    group = next;
  }
  return inTurn;
}

function takeTurns(
  order: Int32Array,
  families: Uint16Array,
  { start, end }: { readonly start: number; readonly end: number },
): void {
  const { turns, members, takers, inTurn } = roomFor(end);
  // There may be as many families as candidates; reset only those of this group.
  for (let at = start; at < end; at++) members[families[order[at] ?? 0] ?? 0] = 0;
  takers.fill(0, 0, end - start);
  for (let at = start; at < end; at++) {
    const family = families[order[at] ?? 0] ?? 0;
    const turn = members[family] ?? 0;
    members[family] = turn + 1;
    turns[at] = turn;
    takers[turn] = (takers[turn] ?? 0) + 1;
  }
  // For each turn, the position of its first candidate.
  let next = start;
  for (let turn = 0; next < end; turn++) {
    const before = next;
    next += takers[turn] ?? 0;
    takers[turn] = before;
  }
  for (let at = start; at < end; at++) {
    const turn = turns[at] ?? 0;
    const to = takers[turn] ?? 0;
    takers[turn] = to + 1;
    inTurn[to] = order[at] ?? 0;
  }
}
