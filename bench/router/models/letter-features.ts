import { addHash, collectHashes, maxHashes, takeHashes } from '../../../src/learning/features/hash-set.ts';
import type { PromptScanner } from '../../../src/learning/features/hashed-features.ts';

/** The shortest and longest runs of letters that are used. */
const shortest = 3;
const longest = 5;

/** Longer prompts are read at both ends, as for words. */
const scannedChars = 16_384;

/**
 * Creates a scanner of a prompt's distinct runs of three to five characters, ignoring case and spacing. They match
 * parts of words (`-ase`, `hydro-`, `\frac`) that a list of words does not, so a model of them makes other errors than
 * one of words.
 */
export function letterScanner(): PromptScanner {
  const features = { hashes: new Uint32Array(maxHashes), count: 0 };

  function scan(prompt: string, clues: readonly number[] = []) {
    const half = scannedChars / 2;
    const text = prompt.length <= scannedChars ? prompt : `${prompt.slice(0, half)} ${prompt.slice(-half)}`;
    const plain = ` ${text.toLowerCase().replace(/\s+/g, ' ').trim()} `;
    collectHashes((longest - shortest + 1) * plain.length + clues.length);
    for (let start = 0; start < plain.length; start++) {
      let hash = 0x811c9dc5;
      const end = Math.min(plain.length, start + longest);
      for (let at = start; at < end; at++) {
        hash = Math.imul(hash ^ plain.charCodeAt(at), 0x01000193);
        if (at - start + 1 >= shortest) addHash(mixed(hash));
      }
    }
    for (const clue of clues) addHash(clue);
    features.count = takeHashes(features.hashes);
    return features;
  }
  return { scan };
}

/** Mixes a hash over all its bits: columns are selected by the upper ones. */
function mixed(hash: number): number {
  const folded = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return (folded ^ (folded >>> 13)) >>> 0;
}
