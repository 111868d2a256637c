/** In how many prompts each word occurred, without the words: a byte for each place of their hashes. */
export type WordCounts = { readonly rows: number; readonly places: Uint8Array };

/** Counts words over the prompts in `index`. `places` is a power of two. */
export function countWords(
  prompts: readonly string[],
  { index, places }: { readonly index: readonly number[]; readonly places: number },
): WordCounts {
  const counts = new Uint32Array(places);
  const shift = placeShift(places);
  for (const row of index) {
    const words = (prompts[row] ?? '').toLowerCase().match(/[a-z]+/g) ?? [];
    for (const place of new Set(words.map((word) => wordHash(word) >>> shift)))
      counts[place] = (counts[place] ?? 0) + 1;
  }
  return { rows: index.length, places: Uint8Array.from(counts, asByte) };
}

/**
 * Returns the rarity of a word for each byte: the logarithm of the number of prompts per prompt that has it. For
 * prompts that the counts include, `own` excludes the prompt itself, so that words look as rare as in a new prompt.
 */
export function rarityByByte(rows: number, { own = false }: { readonly own?: boolean } = {}): Float64Array {
  return Float64Array.from({ length: 256 }, (_, byte) => {
    const count = Math.max(0, 2 ** (byte / perDoubling) - 1 - Number(own));
    return Math.log((rows + 0.5) / (count + 0.5));
  });
}

/** Returns by how many bits a hash is shifted to become one of this many places. */
export function placeShift(places: number): number {
  return 32 - Math.log2(places);
}

/** Returns the size of the counts in bytes. */
export function wordCountBytes({ places }: WordCounts): number {
  return 8 + places.byteLength;
}

/** The initial hash of every word; see `withLetter`. */
export const wordStart = 0x811c9dc5;

/** Returns the hash of a word with one more letter; lower case only. */
export function withLetter(hash: number, code: number): number {
  return Math.imul(hash ^ code, 0x01000193);
}

/** Mixes a word's hash over all its bits: places are selected by the upper ones. */
export function wordEnd(hash: number): number {
  const folded = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return (folded ^ (folded >>> 13)) >>> 0;
}

/** Returns the complete hash of a word in lower case. */
export function wordHash(word: string): number {
  let hash = wordStart;
  for (let at = 0; at < word.length; at++) hash = withLetter(hash, word.charCodeAt(at));
  return wordEnd(hash);
}

const perDoubling = 16;

function asByte(count: number): number {
  return Math.min(255, Math.round(perDoubling * Math.log2(1 + count)));
}
