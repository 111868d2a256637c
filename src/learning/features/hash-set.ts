/** What a slot of 16 bits can point at. */
export const mostHashes = 65_535;

// Shared by all who collect, none of whom waits meanwhile: what lies in one place for good needs no looking up.
const slots = new Uint16Array(slotsFor(mostHashes));
const collected = new Int32Array(mostHashes + 1);
let mask = slots.length - 1;
let most = 0;
let count = 0;

/**
 * Begins to collect distinct 32-bit hashes: of a prompt of at most `expected`, since less is looked through where less will
 * come. What is more than `capacity` is left out.
 */
export function collectHashes(expected: number, capacity = mostHashes): void {
  const needed = Math.min(slots.length, slotsFor(Math.min(expected, capacity)));
  mask = needed - 1;
  // Half of the slots stay free, or a search for a stranger would never end.
  most = Math.min(capacity, mostHashes, needed / 2);
  count = 0;
  slots.fill(0, 0, needed);
}

/**
 * Open addressing over small numbers that point at the hashes: for a usual prompt all of it stays in a processor's
 * nearest cache.
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

/** What was collected, in the order in which it came, written to `into`. Says how many there are. */
export function takeHashes(into: Uint32Array): number {
  // A view of the part to copy would be swept up after every prompt.
  for (let at = 0; at < count; at++) into[at] = collected[at + 1] ?? 0;
  return count;
}

/** At least twice as many as hashes, so that free ones are near. */
function slotsFor(hashes: number): number {
  return 2 ** Math.ceil(Math.log2(2 * Math.max(hashes, 32)));
}
