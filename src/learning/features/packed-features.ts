import type { HashedFeatures } from './hashed-features.ts';

/** How many hashes of a prompt are kept, 16 bits each: the ledger stores them for later training. */
const kept = 192;

/**
 * Packs a prompt's features: the upper 16 bits of an evenly spaced selection of its hashes. Words cannot be recovered
 * from them, and any model of up to 65,536 buckets can be fitted on them.
 */
export function packFeatures({ hashes, count }: HashedFeatures): Uint8Array {
  const length = Math.min(count, kept);
  // From Node's buffer pool: a separate allocation would take longer than filling it.
  const bytes = Buffer.allocUnsafe(length * 2);
  // `place` is floor(at * count / length), computed without a division per hash.
  const step = Math.floor(count / Math.max(1, length));
  const rest = count - step * length;
  for (let at = 0, place = 0, over = 0; at < length; at++) {
    const hash = hashes[place] ?? 0;
    bytes[2 * at] = hash >>> 24;
    bytes[2 * at + 1] = (hash >>> 16) & 255;
    place += step;
    over += rest;
    if (over < length) continue;
    over -= length;
    place++;
  }
  return bytes;
}

/** Buffer for the features of one row at a time, for callers that are done with them before the next row. */
export const scratchFeatures: Uint32Array = new Uint32Array(kept);

/** Unpacks stored features for the linear models, into the caller's buffer `into` if they fit. */
export function unpackFeatures(bytes: Uint8Array, into?: Uint32Array): HashedFeatures {
  const count = bytes.length >> 1;
  const hashes = into && into.length >= count ? into : new Uint32Array(count);
  for (let at = 0; at < count; at++) {
    hashes[at] = (((bytes[2 * at] ?? 0) << 24) | ((bytes[2 * at + 1] ?? 0) << 16)) >>> 0;
  }
  return { hashes, count };
}
