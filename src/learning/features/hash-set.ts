/** The most hashes that 16-bit slots can point at. */
export const maxHashes = 65_535;

// Scratch memory of all collections, which run synchronously; variables of the module need no lookup.
const slots = new Uint16Array(slotsFor(maxHashes));
const collected = new Int32Array(maxHashes + 1);
let mask = slots.length - 1;
let most = 0;
let count = 0;

/**
 * Starts collecting distinct 32-bit hashes. `expected` is the most that the prompt can have: a smaller table is faster
 * to search. Hashes above `capacity` are dropped.
 */
export function collectHashes(expected: number, capacity = maxHashes): void {
  const needed = Math.min(slots.length, slotsFor(Math.min(expected, capacity)));
  mask = needed - 1;
  // Half of the slots stay free, or a search for an absent hash would never end.
  most = Math.min(capacity, maxHashes, needed / 2);
  count = 0;
  slots.fill(0, 0, needed);
}

/**
 * Adds a hash to the collection. Open addressing over 16-bit indexes of the hashes: for a usual prompt all of it stays
 * in the nearest cache of the processor.
 */
export function addHash(hash: number): void {
  const value = hash | 0;
  let slot = (value ^ (value >>> 15)) & mask;
  for (let place = slots[slot] ?? 0; place !== 0; place = slots[slot] ?? 0) {
    if (collected[place] === value) return;
    slot = (slot + 1) & mask;
  }
  if (count === most) return;
  count++;
  collected[count] = value;
  slots[slot] = count;
}

/** Writes the collected hashes to `into`, in order of arrival, and returns their count. */
export function takeHashes(into: Uint32Array): number {
  // Copied one by one: a view would be garbage after every prompt.
  for (let at = 0; at < count; at++) into[at] = collected[at + 1] ?? 0;
  return count;
}

/** At least twice as many slots as hashes, so that free ones are near. */
function slotsFor(hashes: number): number {
  return 2 ** Math.ceil(Math.log2(2 * Math.max(hashes, 32)));
}
