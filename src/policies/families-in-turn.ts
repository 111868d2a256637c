import type { Candidate } from '../core/provider.ts';

// Shared by all rankings: what is made anew for each is swept up after each.
const names: string[] = [];
let numbers = new Int32Array(128);
let turns = new Int32Array(128);
let members = new Int32Array(128);
let takers = new Int32Array(128);
let moved = new Int32Array(128);

/** A small number for the family of each candidate, the same for the same family. The list is good until the next call. */
export function familyNumbers(candidates: readonly Candidate[]): Int32Array {
  if (numbers.length < candidates.length) numbers = new Int32Array(2 * candidates.length);
  names.length = 0;
  let last: string | undefined;
  let number = 0;
  for (let at = 0; at < candidates.length; at++) {
    const family = candidates[at]?.model.family ?? '';
    // Models of one family mostly stand together, and there are few families: both looks are quicker than a map's.
    if (family !== last) {
      const known = names.indexOf(family);
      number = known === -1 ? names.push(family) - 1 : known;
      last = family;
    }
    numbers[at] = number;
  }
  return numbers;
}

/**
 * Of candidates that are equals but for the lower `bits` of their groups, the first of each family goes first, then the
 * second of each, and so on. `order` holds their places and is changed; `groups` are in that order, `families` by place.
 */
export function familiesInTurn(
  order: Int32Array,
  {
    count,
    groups,
    families,
    bits,
  }: {
    readonly count: number;
    readonly groups: Int32Array;
    readonly families: Int32Array;
    readonly bits: number;
  },
): void {
  if (turns.length < count) {
    turns = new Int32Array(2 * count);
    members = new Int32Array(2 * count);
    takers = new Int32Array(2 * count);
    moved = new Int32Array(2 * count);
  }
  let start = 0;
  for (let end = 1; end <= count; end++) {
    if (end < count && (groups[end] ?? 0) >> bits === (groups[start] ?? 0) >> bits) continue;
    if (end - start > 2) takeTurns(order, families, start, end);
    start = end;
  }
}

function takeTurns(order: Int32Array, families: Int32Array, start: number, end: number): void {
  members.fill(0, 0, names.length);
  takers.fill(0, 0, end - start);
  for (let at = start; at < end; at++) {
    const family = families[order[at] ?? 0] ?? 0;
    const turn = members[family] ?? 0;
    members[family] = turn + 1;
    turns[at] = turn;
    takers[turn] = (takers[turn] ?? 0) + 1;
  }
  // Of each turn's takers, where the first of them goes.
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
    moved[to] = order[at] ?? 0;
  }
  for (let at = start; at < end; at++) order[at] = moved[at] ?? 0;
}
