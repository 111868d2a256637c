import type { HashedFeatures } from './hashed-features.ts';

/** Distinct 32-bit hashes, collected for one prompt after another. */
export type HashSet = HashedFeatures & {
  /** Empties the set for a prompt of at most `expected` hashes: less is looked through where less will come. */
  clear(expected?: number): void;
  add(hash: number): void;
};

/** What a slot of 16 bits can point at. */
const mostHashes = 65_535;

/**
 * Open addressing over small numbers that point at the hashes: for a usual prompt all of it stays in a processor's
 * nearest cache. What does not fit is left out.
 */
export function hashSet(capacity: number): HashSet {
  const most = Math.min(capacity, mostHashes);
  const slots = new Uint16Array(slotsFor(most));
  const hashes = new Uint32Array(most);
  let mask = slots.length - 1;
  const set = {
    hashes,
    count: 0,
    clear(expected = most) {
      set.count = 0;
      mask = Math.min(slots.length, slotsFor(expected)) - 1;
      slots.fill(0, 0, mask + 1);
    },
    add(hash: number) {
      const value = hash >>> 0;
      let slot = (value ^ (value >>> 15)) & mask;
      for (let place = slots[slot] ?? 0; place !== 0; place = slots[slot] ?? 0) {
        if (hashes[place - 1] === value) return;
        slot = (slot + 1) & mask;
      }
      // Half of the slots stay free, or a search for a stranger would never end.
      if (set.count === most || 2 * set.count > mask) return;
      hashes[set.count++] = value;
      slots[slot] = set.count;
    },
  };
  return set;
}

/** At least twice as many as hashes, so that free ones are near. */
function slotsFor(count: number): number {
  return 2 ** Math.ceil(Math.log2(2 * Math.max(count, 32)));
}
