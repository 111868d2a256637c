import { byList } from '../core/memories/by-list.ts';
import { scratch } from '../core/memories/scratch.ts';
import type { Model } from '../core/model.ts';
import type { Candidate } from '../core/deployment.ts';
import { newerFirstKey } from './newer-first.ts';

/** Ten bits for the group, 32 for the value and eleven for the candidate's place fill the 53 bits of a double. */
const valueRange = 2 ** 32;
const usualPlaces = 2_048;
/** If candidates move further than this on average, the list is sorted from scratch. */
const usualMoves = 8;

const roomFor = scratch((count) => {
  const values = new Float32Array(count);
  return {
    keys: new Float64Array(count),
    codes: new Float64Array(count),
    groups: new Int32Array(count),
    values,
    bits: new Uint32Array(values.buffer),
  };
});

/** A list, the latest order of its places for each kind of call, and the order of ties, built when first needed. */
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

/** Breaks ties: the model known to be larger goes first, as among those on one machine, then the newer. */
function precedenceOf(candidates: readonly Candidate[]): Uint16Array {
  const ordered = candidates.map(({ model }, at) => ({ size: model.parameters ?? 0, key: keyOf(model), at }));
  ordered.sort((a, b) => b.size - a.size || (a.key === b.key ? a.at - b.at : a.key < b.key ? -1 : 1));
  const precedence = new Uint16Array(candidates.length);
  for (const [rank, { at }] of ordered.entries()) precedence[at] = rank;
  return precedence;
}

/** Sort keys at the candidates' places: a group from 0 to 1,023, and a value of seven digits. */
export type SortingRoom = { readonly groups: Int32Array; readonly values: Float32Array };

/** Returns the buffers for the keys of `count` candidates. They are shared: valid until the next sorting. */
export function sortingRoom(count: number): SortingRoom {
  return roomFor(count);
}

/**
 * Returns the candidates' places sorted by the group and then the value written for them, lowest first; ties go to the
 * newer model. A decision sorts every model that fits, so each becomes one number instead of an object. Between calls
 * of the same catalogue and `kind` (a small number) few candidates change places, so sorting starts from the previous
 * order. The returned list is shared like the buffers.
 */
export function sortedPlaces(candidates: readonly Candidate[], kind = 0): Int32Array {
  const count = candidates.length;
  const { keys, codes, groups, values, bits } = roomFor(count);
  for (let at = 0; at < count; at++) {
    values[at] = (values[at] ?? 0) + 0; // Turns -0 into 0.
    codes[at] = (groups[at] ?? 0) * valueRange + ascending(bits[at] ?? 0);
  }
  const sorted = sortedOf(candidates);
  const known = sorted.orders[kind];
  if (known && settle(sorted, known, { codes, maxMoves: usualMoves * count })) return known;
  const order = known ?? new Int32Array(count);
  sortNatively(order, { keys, codes, count });
  settle(sorted, order, { codes, maxMoves: Infinity });
  sorted.orders[kind] = order;
  return order;
}

/** Returns the candidates in the order of a list of places. */
export function inOrder(candidates: readonly Candidate[], places: Int32Array): Candidate[] {
  // Allocated at its final length: a growing list is copied repeatedly.
  const ordered = [...candidates];
  for (let at = 0; at < ordered.length; at++) {
    const candidate = candidates[places[at] ?? at];
    if (candidate) ordered[at] = candidate;
  }
  return ordered;
}

/** Maps the bits of a 32-bit float to integers that sort as the floats do. */
function ascending(raw: number): number {
  return raw >= 0x80000000 ? ~raw >>> 0 : raw + 0x80000000;
}

/** Insertion sort; `false` if it takes too many moves. */
function settle(
  sorted: Sorted,
  order: Int32Array,
  { codes, maxMoves }: { readonly codes: Float64Array; readonly maxMoves: number },
): boolean {
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
    if (moves > maxMoves) return false;
  }
  return true;
}

/** Decides between two candidates with equal keys. */
function isFirst(sorted: Sorted, a: number, b: number): boolean {
  const precedence = (sorted.precedence ??= precedenceOf(sorted.candidates));
  return (precedence[a] ?? 0) < (precedence[b] ?? 0);
}

/** Sorts the places of a list without a previous order by their keys, natively: a fraction of a comparator's time. */
function sortNatively(
  order: Int32Array,
  {
    keys,
    codes,
    count,
  }: { readonly keys: Float64Array; readonly codes: Float64Array; readonly count: number },
): void {
  // Thousands of candidates need more bits for their places, which leaves fewer for their values until `settle` runs.
  const coarser = count <= usualPlaces ? 1 : 2 ** Math.ceil(Math.log2(count / usualPlaces));
  const places = usualPlaces * coarser;
  for (let at = 0; at < count; at++) keys[at] = Math.floor((codes[at] ?? 0) / coarser) * places + at;
  const sorted = keys.subarray(0, count).sort();
  for (let at = 0; at < count; at++) order[at] = (sorted[at] ?? 0) % places;
}
