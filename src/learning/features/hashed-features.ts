import { addHash, collectHashes, takeHashes } from './hash-set.ts';

/** The layout of the features. Weights and stored features of another version are not read. */
export const featuresVersion = 1;

/** Longer prompts are read at both ends: instructions stand there, pasted material in the middle. */
const usualChars = 16_384;

/** A sign alone is a word and half of a pair; longer words have a beginning too, and at least five letters. */
const featuresPerChar = 2;
/** Of a prompt's shape, and to spare. */
const furtherFeatures = 32;

/**
 * What the linear models see of a prompt: the distinct 32-bit hashes of its words, word pairs and outward shape.
 * A view of shared memory, valid until the next `scanPrompt` of the same scanner.
 */
export type HashedFeatures = { readonly hashes: Uint32Array; readonly count: number };

/** Hashes prompts without making strings: one pass over the characters, nothing allocated per call. */
export type PromptScanner = {
  /** `clues` are hashes of what is known of the prompt beside its text; see `clueHash`. */
  scan(prompt: string, clues?: readonly number[]): HashedFeatures;
};

/** A scanner with a result of its own; one per thread is enough. Of a prompt it reads `chars` at most. */
export function promptScanner({ chars = usualChars }: { readonly chars?: number } = {}): PromptScanner {
  const most = featuresPerChar * chars + furtherFeatures;
  const features = { hashes: new Uint32Array(most), count: 0 };
  const codes = new Uint16Array(chars + lookahead);
  const bytes = Buffer.from(codes.buffer);

  /** To ask a string for each of its characters takes longer, and twice as long once strings of many forms were read. */
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

/** What opens a choice is looked at beyond the end of what is read. */
const lookahead = 2;

/** The hash of a named clue, apart from those of words. */
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
/** Scripts written without spaces: each character is a word, so that pairs of words are pairs of characters. */
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

/** The letters of ASCII in lower case, and nothing at all other places. */
const lowerCase = Uint8Array.from(kinds, (kind, code) => (kind === letter ? code | 32 : 0));

/** What a letter counts as in a word; 0 for everything that ends one. */
function letterOf(code: number): number {
  if (code < 128) return lowerCase[code] ?? 0;
  return foreignKind(code) === letter ? code : 0;
}

// Seeds keep apart what would otherwise hash alike.
const wordSeed = 0x811c9dc5;
const digitsSeed = 0x1f3d5b79;
const markSeed = 0x2c9277b5;
const lineSeed = 0x5bd1e995;
const choiceSeed = 0x68bc21eb;
const pairSeed = 0x02e5be93;
const stemSeed = 0x3344aa11;
const shapeSeed = 0x7feb352d;
const clueSeed = 0x4cf5ad43;

/** The first letters of a longer word stand for its family: `compute`, `computer`, `computing`. */
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
 * The words of one line: alone, by their first letters, in pairs. Those of a choice are told from the question's by their
 * `place`. Says where the line ends, at `to` at the latest.
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
        // Of a number only its length is a word: the digits themselves would teach nothing.
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

/** Where the text of a line that begins like `A. ` or `(b) ` starts; the line's own start if it is no choice. */
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

/** Two steps per doubling: prompts of similar size share a feature. */
function halfOctave(count: number): number {
  return Math.floor(2 * Math.log2(Math.max(count, 0) + 1));
}

/** Characters that mathematics and code are rich in: `( ) * + - / < = > [ \ ] ^ _ { | }`. */
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
