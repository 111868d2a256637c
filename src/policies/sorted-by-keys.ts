import { byList } from '../core/memories/by-list.ts';
import type { Model } from '../core/model.ts';
import type { Candidate } from '../core/provider.ts';
import { newerFirstKey } from './newer-first.ts';

/** Ten bits for the group, 32 for the value and eleven for the candidate's place fill a double's 53. */
const valueRange = 2 ** 32;
const usualPlaces = 2_048;
/** Who has moved further than this for each candidate, on the average, is sorted anew. */
const usualMoves = 8;

let keys = new Float64Array(128);
let codes = new Float64Array(128);
let groups = new Int32Array(128);
let values = new Float32Array(128);
let bits = new Uint32Array(values.buffer);

/** A list, its places in their latest order for each kind of call, and, once somebody has asked, who precedes whom where nothing else does. */
type Sorted = {
  readonly candidates: readonly Candidate[];
  readonly orders: (Int32Array | undefined)[];
  precedence: Uint16Array | undefined;
};

const sortedOf = byList((candidates: readonly Candidate[]): Sorted => {
  return { candidates, orders: [], precedence: undefined };
});

const keysOfModels = new WeakMap<Model, string>();

function keyOf(model: Model): string {
  const known = keysOfModels.get(model);
  if (known !== undefined) return known;
  const key = newerFirstKey(model.id);
  keysOfModels.set(model, key);
  return key;
}

/** Of models that are alike in all else the one known to be larger goes first, as among those on one machine, then the newer. */
function precedenceOf(candidates: readonly Candidate[]): Uint16Array {
  const ordered = candidates.map(({ model }, at) => ({ size: model.parameters ?? 0, key: keyOf(model), at }));
  ordered.sort((a, b) => b.size - a.size || (a.key === b.key ? a.at - b.at : a.key < b.key ? -1 : 1));
  const precedence = new Uint16Array(candidates.length);
  for (const [rank, { at }] of ordered.entries()) precedence[at] = rank;
  return precedence;
}

/** What candidates are sorted by, at their places: a group from 0 to 1,023, and a value of seven digits. */
export type SortingRoom = { readonly groups: Int32Array; readonly values: Float32Array };

/** Where the keys of `count` candidates are written. It is shared: good until the next sorting. */
export function sortingRoom(count: number): SortingRoom {
  if (groups.length < count) {
    keys = new Float64Array(2 * count);
    codes = new Float64Array(2 * count);
    groups = new Int32Array(2 * count);
    values = new Float32Array(2 * count);
    bits = new Uint32Array(values.buffer);
  }
  return { groups, values };
}

/**
 * The candidates' places by the group and then the value that were written for them, lowest first; of equal ones the newer model goes first. A
 * decision sorts every model that fits: each becomes one number, without an object for any. From call to call of one
 * catalogue and one `kind`, a small number, few of them change places, so they are put in order from where they stood. The
 * list is shared like the room.
 */
export function sortedPlaces(candidates: readonly Candidate[], kind = 0): Int32Array {
  const count = candidates.length;
  for (let at = 0; at < count; at++) {
    values[at] = (values[at] ?? 0) + 0; // Which makes one zero of the two.
    codes[at] = (groups[at] ?? 0) * valueRange + ascending(bits[at] ?? 0);
  }
  const sorted = sortedOf(candidates);
  const known = sorted.orders[kind];
  if (known && settle(sorted, known, usualMoves * count)) return known;
  const order = known ?? new Int32Array(count);
  sortNatively(order, count);
  settle(sorted, order, Infinity);
  sorted.orders[kind] = order;
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

/** Moves everybody to where they belong, one after another; `false` where that has taken too many moves. */
function settle(sorted: Sorted, order: Int32Array, mostMoves: number): boolean {
  let moves = 0;
  for (let at = 1; at < order.length; at++) {
    const place = order[at] ?? 0;
    const code = codes[place] ?? 0;
    let to = at;
    for (; to > 0; to--) {
      const before = order[to - 1] ?? 0;
      const other = codes[before] ?? 0;
      if (other < code || (other === code && isFirst(sorted, before, place))) break;
      order[to] = before;
    }
    order[to] = place;
    moves += at - to;
    if (moves > mostMoves) return false;
  }
  return true;
}

/** Of two whose keys are equal. */
function isFirst(sorted: Sorted, a: number, b: number): boolean {
  const precedence = (sorted.precedence ??= precedenceOf(sorted.candidates));
  return (precedence[a] ?? 0) < (precedence[b] ?? 0);
}

/** Puts the places of a list that has no order yet into that of its keys, natively: a fraction of a comparator's time. */
function sortNatively(order: Int32Array, count: number): void {
  // Thousands of candidates need more room for their places, and get by with less of their values until they are settled.
  const coarser = count <= usualPlaces ? 1 : 2 ** Math.ceil(Math.log2(count / usualPlaces));
  const places = usualPlaces * coarser;
  for (let at = 0; at < count; at++) keys[at] = Math.floor((codes[at] ?? 0) / coarser) * places + at;
  const sorted = keys.subarray(0, count).sort();
  for (let at = 0; at < count; at++) order[at] = (sorted[at] ?? 0) % places;
}
