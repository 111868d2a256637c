import type { Candidate } from '../core/provider.ts';

/** Ten bits for the group, 32 for the value and eleven for the candidate's place fill a double's 53. */
const valueRange = 2 ** 32;
const usualPlaces = 2_048;

let keys = new Float64Array(128);
let groups = new Int32Array(128);
let order = new Int32Array(128);
let values = new Float32Array(128);
let bits = new Uint32Array(values.buffer);
/** The part of `keys` that was sorted last: as many candidates come again and again, and a view takes as long to make as 20 keys. */
let used = keys;

/** What candidates are sorted by, at their places: a group from 0 to 1,023, and a value of seven digits. */
export type SortingRoom = { readonly groups: Int32Array; readonly values: Float32Array };

/** Where the keys of `count` candidates are written. It is shared: good until the next sorting. */
export function sortingRoom(count: number): SortingRoom {
  if (groups.length < count) {
    keys = new Float64Array(2 * count);
    groups = new Int32Array(2 * count);
    order = new Int32Array(2 * count);
    values = new Float32Array(2 * count);
    bits = new Uint32Array(values.buffer);
  }
  return { groups, values };
}

/**
 * The candidates' places by the group and then the value that were written for them, lowest first; ids settle ties. A
 * decision sorts every model that fits, so each becomes one number that is sorted natively, without a comparator and
 * without an object per candidate: a fraction of the time. The groups stand in the new order afterwards. The list is
 * shared like the room.
 */
export function sortedPlaces(candidates: readonly Candidate[]): Int32Array {
  const count = candidates.length;
  // Thousands of candidates need more room for their places, and values get by with less.
  const coarser = count <= usualPlaces ? 1 : 2 ** Math.ceil(Math.log2(count / usualPlaces));
  const places = usualPlaces * coarser;
  // Powers of two: to multiply by what they go into is exact, and several times as quick as to divide.
  const [finer, perPlace] = [1 / coarser, 1 / places];
  for (let at = 0; at < count; at++) {
    values[at] = (values[at] ?? 0) + 0; // Which makes one zero of the two.
    const code = (groups[at] ?? 0) * valueRange + ascending(bits[at] ?? 0);
    keys[at] = Math.floor(code * finer) * places + at;
  }
  if (used.length !== count || used.buffer !== keys.buffer) used = keys.subarray(0, count);
  const sorted = used.sort();
  const perValue = coarser / valueRange;
  let tied = 0;
  let before = -1;
  for (let at = 0; at < count; at++) {
    const key = sorted[at] ?? 0;
    const code = Math.floor(key * perPlace);
    // A remainder of doubles takes several times as long.
    const place = key - code * places;
    if (code !== before) tied = at;
    before = code;
    groups[at] = Math.floor(code * perValue);
    if (tied === at) order[at] = place;
    else insertById(candidates, place, { at, from: tied });
  }
  return order;
}

/** Candidates in the order of a list of places. */
export function inOrder(candidates: readonly Candidate[], places: Int32Array): Candidate[] {
  // As long as it will be: a list that grows is copied over and over.
  const ordered = [...candidates];
  for (let at = 0; at < ordered.length; at++) {
    const candidate = candidates[places[at] ?? at];
    if (candidate) ordered[at] = candidate;
  }
  return ordered;
}

/** Bits of a 32-bit float, in the order of the numbers that they stand for. */
function ascending(raw: number): number {
  return raw >= 0x80000000 ? ~raw >>> 0 : raw + 0x80000000;
}

/** At a place of the order, or before those from `from` on whose ids come after its own. */
function insertById(
  candidates: readonly Candidate[],
  place: number,
  { at, from }: { readonly at: number; readonly from: number },
): void {
  const id = candidates[place]?.model.id ?? '';
  let to = at;
  for (; to > from; to--) {
    const before = order[to - 1] ?? 0;
    if ((candidates[before]?.model.id ?? '') <= id) break;
    order[to] = before;
  }
  order[to] = place;
}
