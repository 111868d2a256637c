import { addWord, clearSection, countedNumbers, newSection, numbersOf } from './shape-numbers.ts';
import {
  placeShift,
  rarityByByte,
  withLetter,
  type WordCounts,
  wordEnd,
  wordHash,
  wordStart,
} from './word-rarity.ts';

/** Longer prompts are read at both ends, as for words. */
const readChars = 16_384;

/** Words that show how a prompt asks; those up to `least` are also counted separately in capitals. */
const askingWords = ['except', 'not', 'least', 'statement', 'following', 'most', 'best', 'primary'];
const choiceWords = ['all', 'none', 'both', 'neither', 'only', 'true', 'false'];
const openingWords = ['which', 'what', 'who', 'when', 'where', 'how', 'why', 'the', 'a', 'in', 'if', 'find'];
const lastInCapitals = 2;

const known = [...askingWords, ...choiceWords, ...openingWords];
const knownHashes = Float64Array.from(known, wordHash);
const firstChoiceWord = askingWords.length;
const firstOpening = firstChoiceWord + choiceWords.length;
const knownAt = new Uint8Array(4096);
known.forEach((word, at) => {
  knownAt[wordHash(word) >>> 20] = at + 1;
});

const maxChoices = 12;

/** How many numbers a shape has. */
export const shapeWidth = countedNumbers + firstOpening + 2;

/**
 * Creates a scanner that describes a prompt by numbers instead of words: the lengths of question and choices, how much
 * is calculated, how it asks, how similar the choices are, how rare the words. One pass without creating strings; the
 * numbers are shared memory, valid until the next call. `own` is for prompts that the counts include.
 */
export function shapeScanner(
  counts: WordCounts,
  { own = false }: { readonly own?: boolean } = {},
): (prompt: string) => Float64Array {
  const { places } = counts;
  const rarity = rarityByByte(counts.rows, { own });
  const shift = placeShift(places.length);
  const sections = Array.from({ length: maxChoices + 1 }, newSection);
  const met = new Int32Array(4096);
  const numbers = new Float64Array(shapeWidth);
  const flags = numbers.subarray(countedNumbers);
  let generation = 0;

  return (prompt) => {
    const text = readable(prompt);
    const end = withoutCue(text);
    if (generation > 2e9) met.fill((generation = 0));
    generation += 16;
    flags.fill(0);
    for (const one of sections) clearSection(one);
    let section = 0;
    let current = sections[0] ?? newSection();
    let from = 0;
    let sentences = 0;
    let lines = 0;
    let symbols = 0;
    let blanks = 0;
    let year = 0;
    let shared = 0;
    let repeated = 0;
    for (let at = 0; at < end;) {
      const code = text.charCodeAt(at);
      const kind = code < 128 ? (kinds[code] ?? other) : other;
      if (kind === letter) {
        const start = at;
        let hash = wordStart;
        for (; at < end; at++) {
          const next = text.charCodeAt(at) | 32;
          if (next < 97 || next > 122 || text.charCodeAt(at) > 122) break;
          hash = withLetter(hash, next);
        }
        hash = wordEnd(hash);
        addWord(current, at - start, rarity[places[hash >>> shift] ?? 0] ?? 0);
        if (code < 97) {
          current.capitalised++;
          if (at - start > 1 && text.charCodeAt(start + 1) < 97) current.shouted++;
        }
        const place = hash >>> 20;
        const before = (met[place] ?? 0) - generation;
        if (section > 0 && before >= 0) {
          if (before === 0) shared++;
          else if (before !== section) repeated++;
        }
        met[place] = generation + section;
        const word = (knownAt[place] ?? 0) - 1;
        if (word >= 0 && knownHashes[word] === hash)
          mark(word, section, start === from, code < 97 && text.charCodeAt(start + 1) < 97);
        continue;
      }
      if (kind === digit) {
        const start = at;
        while (at < end && text.charCodeAt(at) >= 48 && text.charCodeAt(at) <= 57) at++;
        current.digits += at - start;
        if (at - start === 4) year = 1;
        if (start <= from + 1) current.beginsWithNumber = 1;
        continue;
      }
      if (kind === symbol) symbols++;
      if (code === 95 && text.charCodeAt(at + 1) === 95) blanks = 1;
      if (section === 0 && (code === 46 || code === 33 || code === 63) && text.charCodeAt(at + 1) === 32)
        sentences++;
      if (code === 10) {
        const next = startOfChoice(text, at + 1);
        if (next > 0 && next <= end) {
          current.chars = at - from;
          section = Math.min(section + 1, maxChoices);
          current = sections[section] ?? current;
          from = next;
          at = next;
          continue;
        }
        if (section === 0) lines++;
      }
      at++;
    }
    current.chars = end - from;
    const stemEnd = text.charCodeAt((sections[0]?.chars ?? 0) - 1);
    return numbersOf(numbers, sections, section, {
      lines,
      sentences,
      symbols,
      blanks,
      year,
      shared,
      repeated,
      stemEnd,
      chars: end,
    });
  };

  function mark(word: number, section: number, opens: boolean, capitals: boolean): void {
    if (word >= firstOpening) {
      if (opens && section === 0) flags[firstOpening] = word - firstOpening + 1;
      return;
    }
    if (word < firstChoiceWord !== (section === 0)) return;
    flags[word] = 1;
    if (capitals && word <= lastInCapitals) flags[firstOpening + 1] = 1;
  }
}

// Kinds of characters.
const other = 0;
const letter = 1;
const digit = 2;
const symbol = 3;

const kinds = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[a-z]/i.test(character)) return letter;
  if (/[0-9]/.test(character)) return digit;
  return /[=+*/^\\<>|{}_]/.test(character) ? symbol : other;
});

function readable(prompt: string): string {
  const half = readChars / 2;
  return prompt.length <= readChars ? prompt : `${prompt.slice(0, half)} ${prompt.slice(-half)}`;
}

/** Returns the text's length without a last line that is only `Answer:`, and without trailing whitespace. */
function withoutCue(text: string): number {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) <= 32) end--;
  if (!text.endsWith('\nAnswer:', end)) return end;
  end -= 8;
  while (end > 0 && text.charCodeAt(end - 1) <= 32) end--;
  return end;
}

/** Returns where the text of a choice like `A. ` or `(b) ` starts, if the line that begins here is one; otherwise 0. */
function startOfChoice(text: string, from: number): number {
  const at = text.charCodeAt(from) === 40 ? from + 1 : from;
  const code = text.charCodeAt(at) & ~32;
  if (code < 65 || code > 74) return 0;
  const after = text.charCodeAt(at + 1);
  return (after === 46 || after === 41) && text.charCodeAt(at + 2) === 32 ? at + 3 : 0;
}
