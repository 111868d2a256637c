import type { HashedFeatures } from './hashed-features.ts';

/** Hashes kept of one prompt, 16 bits each: what the ledger stores to learn from later. */
const kept = 192;

/**
 * A prompt's features, shortened: the upper 16 bits of an even choice of its hashes. Words cannot be read back from
 * them, and any model of up to 65,536 buckets can be fitted on them.
 */
export function packFeatures({ hashes, count }: HashedFeatures): Uint8Array {
  const length = Math.min(count, kept);
  // Out of Node's pool: memory of its own would take longer to come by than to fill.
  const bytes = Buffer.allocUnsafe(length * 2);
  // The place is floor(at * count / length), without a division for each.
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

/** Memory for the features of one row at a time, for whoever is done with them before the next. */
export const scratchFeatures: Uint32Array = new Uint32Array(kept);

/** Features as the linear models take them, from a stored row; written `into` memory of the caller's where they fit there. */
export function unpackFeatures(bytes: Uint8Array, into?: Uint32Array): HashedFeatures {
  const count = bytes.length >> 1;
  const hashes = into && into.length >= count ? into : new Uint32Array(count);
  for (let at = 0; at < count; at++) {
    hashes[at] = (((bytes[2 * at] ?? 0) << 24) | ((bytes[2 * at + 1] ?? 0) << 16)) >>> 0;
  }
  return { hashes, count };
}
