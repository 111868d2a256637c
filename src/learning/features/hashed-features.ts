import { addHash, collectHashes, takeHashes } from './hash-set.ts';

/** Version of the features. Weights and stored features of another version are ignored. */
export const featuresVersion = 1;

/** Longer prompts are read at both ends, where instructions are; the middle is usually pasted material. */
const usualChars = 16_384;

/**
 * At most two features per character: a single sign is a word and part of a pair; a word with a third feature, its
 * stem, has at least five letters.
 */
const featuresPerChar = 2;
/** Room for the features of a prompt's shape, with some to spare. */
const furtherFeatures = 32;

/**
 * The input of the linear models: the distinct 32-bit hashes of a prompt's words, word pairs and shape. A view of
 * shared memory, valid until the next `scan` of the same scanner.
 */
export type HashedFeatures = { readonly hashes: Uint32Array; readonly count: number };

/** Hashes prompts without creating strings: one pass over the characters, no allocation per call. */
export type PromptScanner = {
  /** `clues` are hashes of what is known about the prompt besides its text; see `clueHash`. */
  scan(prompt: string, clues?: readonly number[]): HashedFeatures;
};

/**
 * Creates a scanner with its own result buffer; one per thread is enough. It reads at most `chars` characters of a
 * prompt.
 */
export function promptScanner({ chars = usualChars }: { readonly chars?: number } = {}): PromptScanner {
  const most = featuresPerChar * chars + furtherFeatures;
  const features = { hashes: new Uint32Array(most), count: 0 };
  const codes = new Uint16Array(chars + lookahead);
  const bytes = Buffer.from(codes.buffer);

  /**
   * Copies the characters: reading a string one by one is slower, and twice as slow after strings of many internal
   * forms.
   */
  function read(prompt: string, from: number, length: number): Uint16Array {
    const written = bytes.write(prompt.slice(from, from + length + lookahead), 'utf16le') / 2;
    codes.fill(0, written, length + lookahead);
    return codes;
  }

  function scan(prompt: string, clues: readonly number[] = []): HashedFeatures {
    const { length } = prompt;
    collectHashes(featuresPerChar * Math.min(length, chars) + furtherFeatures + clues.length, most);
    const shape = emptyShape();
    const part = length <= chars ? length : chars / 2;
    scanLines(read(prompt, 0, part), part, shape);
    if (length > chars) scanLines(read(prompt, length - part, part), part, shape);
    addShape(shape, length);
    for (let at = 0; at < clues.length; at++) addHash(clues[at] ?? 0);
    features.count = takeHashes(features.hashes);
    return features;
  }
  return { scan };
}

/** The start of a choice may be checked this many characters beyond the end of what is read. */
const lookahead = 2;

/** Returns the hash of a named clue, distinct from those of words. */
export function clueHash(name: string): number {
  let hash = clueSeed;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  return mix(hash) >>> 0;
}

/** Counts that describe a prompt's form rather than its words. */
type Shape = {
  lines: number;
  digits: number;
  symbols: number;
  capitals: number;
  choices: number;
  numericChoices: number;
  choiceChars: number;
  shortestChoice: number;
  longestChoice: number;
  lastStemCharacter: number;
};

function emptyShape(): Shape {
  return {
    lines: 0,
    digits: 0,
    symbols: 0,
    capitals: 0,
    choices: 0,
    numericChoices: 0,
    choiceChars: 0,
    shortestChoice: 1e9,
    longestChoice: 0,
    lastStemCharacter: 0,
  };
}

// Kinds of characters.
const space = 0;
const letter = 1;
const digit = 2;
const mark = 3;
/** Scripts written without spaces: each character is a word, and word pairs are character pairs. */
const ideograph = 4;

const lineFeed = 10;

const kinds = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (code < 32 || code === 127 || character === ' ') return space;
  if (/[a-z]/i.test(character)) return letter;
  return /[0-9]/.test(character) ? digit : mark;
});

function kindOf(code: number): number {
  return code < 128 ? (kinds[code] ?? mark) : foreignKind(code);
}

function foreignKind(code: number): number {
  if (code === 0xa0 || code === 0x3000) return space;
  if (code >= 0x2000 && code <= 0x2bff) return mark;
  return code >= 0x2e80 && code < 0xd800 ? ideograph : letter;
}

/** The letters of ASCII in lower case, and 0 for all other characters. */
const lowerCase = Uint8Array.from(kinds, (kind, code) => (kind === letter ? code | 32 : 0));

/** Returns a letter as it counts in a word; 0 for every character that ends a word. */
function letterOf(code: number): number {
  if (code < 128) return lowerCase[code] ?? 0;
  return foreignKind(code) === letter ? code : 0;
}

// Seeds distinguish kinds of features that would otherwise collide.
const wordSeed = 0x811c9dc5;
const digitsSeed = 0x1f3d5b79;
const markSeed = 0x2c9277b5;
const lineSeed = 0x5bd1e995;
const choiceSeed = 0x68bc21eb;
const pairSeed = 0x02e5be93;
const stemSeed = 0x3344aa11;
const shapeSeed = 0x7feb352d;
const clueSeed = 0x4cf5ad43;

/** The first letters of a longer word represent its word family: `compute`, `computer`, `computing`. */
const stemLength = 5;

function scanLines(codes: Uint16Array, to: number, shape: Shape): void {
  let position = 0;
  while (position < to) {
    const start = startOfChoice(codes, position, to);
    const isChoice = start > position;
    const end = scanWords(codes, start, to, isChoice ? choiceSeed : 0, shape);
    if (isChoice) countChoice(codes, start, end, shape);
    else if (end > position) shape.lastStemCharacter = codes[end - 1] ?? 0;
    shape.lines++;
    position = end + 1;
  }
}

/**
 * Adds the words of one line: alone, by their stems, in pairs. `place` distinguishes words of a choice from those of
 * the question. Returns where the line ends, at most `to`.
 */
function scanWords(codes: Uint16Array, from: number, to: number, place: number, shape: Shape): number {
  let previous = lineSeed;
  let position = from;
  while (position < to) {
    const start = position;
    const first = codes[position] ?? 0;
    if (first === lineFeed) break;
    position++;
    let token: number;
    const initial = letterOf(first);
    if (initial !== 0) {
      if (first >= 65 && first <= 90) shape.capitals++;
      token = Math.imul(wordSeed ^ initial, 0x01000193);
      let stem = 0;
      while (position < to) {
        const next = letterOf(codes[position] ?? 0);
        if (next === 0) break;
        token = Math.imul(token ^ next, 0x01000193);
        position++;
        if (position - start === stemLength) stem = token;
      }
      if (stem !== 0) addHash(mix(stem ^ stemSeed));
    } else {
      const kind = kindOf(first);
      if (kind === space) continue;
      if (kind === digit) {
        while (position < to && kindOf(codes[position] ?? 0) === digit) position++;
        // Only the length of a number is a feature: its digits would teach nothing.
        shape.digits += position - start;
        token = digitsSeed + Math.min(position - start, 6);
      } else {
        if (isSymbol(first)) shape.symbols++;
        token = Math.imul(markSeed ^ first, 0x01000193);
      }
    }
    addHash(mix(token ^ place));
    addHash(mix(Math.imul(previous, pairSeed) ^ token ^ place));
    previous = token;
  }
  return position;
}

/**
 * Returns where the text of a line that begins like `A. ` or `(b) ` starts; the start of the line if it is no choice.
 */
function startOfChoice(codes: Uint16Array, from: number, to: number): number {
  const at = (codes[from] ?? 0) === 40 ? from + 1 : from;
  const code = (codes[at] ?? 0) & ~32;
  if (at + 2 >= to || code < 65 || code > 74) return from;
  const after = codes[at + 1] ?? 0;
  if ((after !== 46 && after !== 41) || (codes[at + 2] ?? 0) !== 32) return from;
  return at + 3;
}

function countChoice(codes: Uint16Array, from: number, to: number, shape: Shape): void {
  const length = to - from;
  shape.choices++;
  shape.choiceChars += length;
  shape.shortestChoice = Math.min(shape.shortestChoice, length);
  shape.longestChoice = Math.max(shape.longestChoice, length);
  const first = codes[from] ?? 0;
  const second = codes[from + 1] ?? 0;
  const signed = first === 45 || first === 36;
  if (kindOf(signed ? second : first) === digit) shape.numericChoices++;
}

function addShape(shape: Shape, chars: number): void {
  const values = [
    halfOctave(chars),
    halfOctave(chars - shape.choiceChars),
    halfOctave(shape.choiceChars),
    halfOctave(shape.longestChoice),
    shape.choices === 0 ? 0 : halfOctave(shape.shortestChoice),
    Math.min(shape.choices, 12),
    shape.numericChoices,
    Math.min(shape.lines, 40) >> 1,
    halfOctave(shape.digits),
    halfOctave(shape.symbols),
    halfOctave(shape.capitals),
    shape.lastStemCharacter,
  ];
  for (let index = 0; index < values.length; index++) {
    addHash(mix(shapeSeed + index * 0x9e3779b1 + (values[index] ?? 0)));
  }
}

/** Rounds to two steps per doubling, so that prompts of similar size share a feature. */
function halfOctave(count: number): number {
  return Math.floor(2 * Math.log2(Math.max(count, 0) + 1));
}

/** Characters that are frequent in mathematics and code: `( ) * + - / < = > [ \ ] ^ _ { | }`. */
function isSymbol(code: number): boolean {
  return (
    (code >= 40 && code <= 47 && code !== 44 && code !== 46) ||
    (code >= 60 && code <= 62) ||
    (code >= 91 && code <= 95) ||
    (code >= 123 && code <= 125)
  );
}

function mix(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
