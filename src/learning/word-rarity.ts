/**
 * In how many prompts each word stood, without the words: two tables of hashes, of which the smaller count is believed
 * (Cormode and Muthukrishnan, 2005), a byte per place.
 */
export type WordCounts = { readonly rows: number; readonly tables: readonly Uint8Array[] };

const places = 32_768;
const seeds = [0x811c9dc5, 0x2f0b4c47];

/** Counts words over the prompts in `index`. */
export function countWords(prompts: readonly string[], index: readonly number[]): WordCounts {
  const counts = seeds.map(() => new Uint32Array(places));
  for (const row of index) {
    for (const word of new Set(wordsOf(prompts[row] ?? ''))) {
      counts.forEach((table, at) => {
        const place = placeOf(word, seeds[at] ?? 0);
        table[place] = (table[place] ?? 0) + 1;
      });
    }
  }
  return { rows: index.length, tables: counts.map((table) => Uint8Array.from(table, asByte)) };
}

/**
 * How rare each word of a text is: the logarithm of how many prompts there are for one that has it. Of a prompt that was
 * counted itself, `own` leaves that one out, so that words look as rare as they would in a new prompt.
 */
export function raritiesOf(
  text: string,
  { rows, tables }: WordCounts,
  { own = false }: { readonly own?: boolean } = {},
): number[] {
  return wordsOf(text).map((word) => {
    const byte = Math.min(...tables.map((table, at) => table[placeOf(word, seeds[at] ?? 0)] ?? 0));
    const count = Math.max(0, 2 ** (byte / perDoubling) - 1 - Number(own));
    return Math.log((rows + 0.5) / (count + 0.5));
  });
}

/** What the counts take, in bytes. */
export function wordCountBytes({ tables }: WordCounts): number {
  return 8 + tables.reduce((sum, table) => sum + table.byteLength, 0);
}

/** The words of a text in small letters, in its order; only Latin ones are known as words. */
export function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[a-z]+/g) ?? [];
}

const perDoubling = 16;

function asByte(count: number): number {
  return Math.min(255, Math.round(perDoubling * Math.log2(1 + count)));
}

function placeOf(word: string, seed: number): number {
  let hash = seed;
  for (let at = 0; at < word.length; at++) hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 17;
}
