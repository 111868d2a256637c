import type { HashedFeatures } from './hashed-features.ts';

/** Distinct 32-bit hashes, collected for one prompt after another. */
export type HashSet = HashedFeatures & { clear(): void; add(hash: number): void };

/** Open addressing with a generation stamp, so that clearing costs nothing; what does not fit is left out. */
export function hashSet(capacity: number): HashSet {
  const slots = new Uint32Array(capacity * 2);
  const stamps = new Uint16Array(capacity * 2);
  const mask = capacity * 2 - 1;
  const hashes = new Uint32Array(capacity);
  let generation = 0;
  const set = {
    hashes,
    count: 0,
    clear() {
      set.count = 0;
      generation = (generation + 1) & 0xffff;
      if (generation !== 0) return;
      stamps.fill(0);
      generation = 1;
    },
    add(hash: number) {
      const value = hash >>> 0;
      let slot = (value ^ (value >>> 15)) & mask;
      while (stamps[slot] === generation) {
        if (slots[slot] === value) return;
        slot = (slot + 1) & mask;
      }
      if (set.count === capacity) return;
      stamps[slot] = generation;
      slots[slot] = value;
      hashes[set.count++] = value;
    },
  };
  return set;
}
