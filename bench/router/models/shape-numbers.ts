/** How many numbers `numbersOf` writes. */
export const countedNumbers = 36;

/** Counts of a question, or of one of its choices. */
export type Section = {
  chars: number;
  words: number;
  letters: number;
  longest: number;
  capitalised: number;
  shouted: number;
  digits: number;
  beginsWithNumber: number;
  rarity: number;
  raritySquares: number;
  rarest: number;
  second: number;
  third: number;
};

/** Returns a section with all counts zero. */
export function newSection(): Section {
  return {
    chars: 0,
    words: 0,
    letters: 0,
    longest: 0,
    capitalised: 0,
    shouted: 0,
    digits: 0,
    beginsWithNumber: 0,
    rarity: 0,
    raritySquares: 0,
    rarest: 0,
    second: 0,
    third: 0,
  };
}

/** Resets all counts. */
export function clearSection(section: Section): void {
  section.chars = section.words = section.letters = section.longest = 0;
  section.capitalised = section.shouted = section.digits = section.beginsWithNumber = 0;
  section.rarity = section.raritySquares = section.rarest = section.second = section.third = 0;
}

/** Counts a word; the three rarest are kept. */
export function addWord(section: Section, length: number, rarity: number): void {
  section.words++;
  section.letters += length;
  if (length > section.longest) section.longest = length;
  section.rarity += rarity;
  section.raritySquares += rarity * rarity;
  if (rarity > section.rarest) {
    section.third = section.second;
    section.second = section.rarest;
    section.rarest = rarity;
  } else if (rarity > section.second) {
    section.third = section.second;
    section.second = rarity;
  } else if (rarity > section.third) section.third = rarity;
}

/** Counts of a prompt as a whole. */
export type Whole = {
  readonly lines: number;
  readonly sentences: number;
  readonly symbols: number;
  readonly blanks: number;
  readonly year: number;
  readonly shared: number;
  readonly repeated: number;
  readonly stemEnd: number;
  readonly chars: number;
};

/** Writes the counts of a question, `sections[0]`, and of its choices after it, into `numbers` and returns it. */
export function numbersOf(
  numbers: Float64Array,
  sections: readonly Section[],
  choices: number,
  whole: Whole,
): Float64Array {
  const stem = sections[0] ?? newSection();
  let [chars, squares, longest, shortest, longestAt] = [0, 0, 0, choices === 0 ? 0 : 1e9, 0];
  let [words, letters, digits, numeric, capitalised, shouted] = [0, 0, 0, 0, 0, 0];
  let [rarity, raritySquares, rarest, rarestMean, meanOfMeans, longestWord] = [0, 0, 0, 0, 0, stem.longest];
  for (let at = 1; at <= choices; at++) {
    const one = sections[at] ?? stem;
    chars += one.chars;
    squares += one.chars * one.chars;
    if (one.chars > longest) {
      longest = one.chars;
      longestAt = at;
    }
    if (one.chars < shortest) shortest = one.chars;
    words += one.words;
    letters += one.letters;
    digits += one.digits;
    numeric += one.beginsWithNumber;
    capitalised += one.capitalised;
    shouted += one.shouted;
    rarity += one.rarity;
    raritySquares += one.raritySquares;
    if (one.rarest > rarest) rarest = one.rarest;
    const mean = one.words === 0 ? 0 : one.rarity / one.words;
    meanOfMeans += mean / choices;
    if (mean > rarestMean) rarestMean = mean;
    if (one.longest > longestWord) longestWord = one.longest;
  }
  let at = 0;
  numbers[at++] = whole.chars;
  numbers[at++] = stem.chars;
  numbers[at++] = chars;
  numbers[at++] = longest;
  numbers[at++] = shortest;
  numbers[at++] = deviation(chars, squares, choices);
  numbers[at++] = choices;
  numbers[at++] = longestAt;
  numbers[at++] = stem.digits + digits;
  numbers[at++] = digits;
  numbers[at++] = whole.symbols;
  numbers[at++] = stem.capitalised + capitalised;
  numbers[at++] = stem.shouted + shouted;
  numbers[at++] = whole.lines;
  numbers[at++] = whole.sentences;
  numbers[at++] = stem.words;
  numbers[at++] = stem.capitalised / (1 + stem.words);
  numbers[at++] = numeric;
  numbers[at++] = stem.letters / Math.max(1, stem.words);
  numbers[at++] = letters / Math.max(1, words);
  numbers[at++] = words / Math.max(1, choices);
  numbers[at++] = longestWord;
  numbers[at++] = Number(whole.stemEnd === 63);
  numbers[at++] = Number(whole.stemEnd === 58);
  numbers[at++] = whole.blanks;
  numbers[at++] = whole.year;
  numbers[at++] = whole.shared / (1 + words);
  numbers[at++] = whole.repeated / (1 + words);
  numbers[at++] = stem.rarity / Math.max(1, stem.words);
  numbers[at++] = stem.rarest;
  numbers[at++] = (stem.rarest + stem.second + stem.third) / 3;
  numbers[at++] = rarity / Math.max(1, words);
  numbers[at++] = rarest;
  numbers[at++] = deviation(rarity, raritySquares, words);
  numbers[at++] = meanOfMeans;
  numbers[at++] = rarestMean;
  return numbers;
}

function deviation(sum: number, squares: number, count: number): number {
  return count === 0 ? 0 : Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
}
