/** In how many prompts each word stood, without the words: a byte for each place of their hashes. */
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
 * How rare a word with each byte is: the logarithm of how many prompts there are for one that has it. For prompts that were
 * counted themselves, `own` leaves that one out, so that words look as rare as they would in a new prompt.
 */
export function rarityByByte(rows: number, { own = false }: { readonly own?: boolean } = {}): Float64Array {
  return Float64Array.from({ length: 256 }, (_, byte) => {
    const count = Math.max(0, 2 ** (byte / perDoubling) - 1 - Number(own));
    return Math.log((rows + 0.5) / (count + 0.5));
  });
}

/** By how much a hash is shifted to become one of so many places. */
export function placeShift(places: number): number {
  return 32 - Math.log2(places);
}

/** What the counts take, in bytes. */
export function wordCountBytes({ places }: WordCounts): number {
  return 8 + places.byteLength;
}

/** Where the hash of every word begins; see `withLetter`. */
export const wordStart = 0x811c9dc5;

/** The hash of a word with one letter more; small letters only. */
export function withLetter(hash: number, code: number): number {
  return Math.imul(hash ^ code, 0x01000193);
}

/** Spreads a word's hash over all its bits: places are chosen by the upper ones. */
export function wordEnd(hash: number): number {
  const folded = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return (folded ^ (folded >>> 13)) >>> 0;
}

/** The whole hash of a word in small letters. */
export function wordHash(word: string): number {
  let hash = wordStart;
  for (let at = 0; at < word.length; at++) hash = withLetter(hash, word.charCodeAt(at));
  return wordEnd(hash);
}

const perDoubling = 16;

function asByte(count: number): number {
  return Math.min(255, Math.round(perDoubling * Math.log2(1 + count)));
}
