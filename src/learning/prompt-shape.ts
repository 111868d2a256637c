import { raritiesOf, type WordCounts, wordsOf } from './word-rarity.ts';

/** As for words: of longer prompts both ends are read. */
const readChars = 16_384;

/**
 * A prompt in numbers, without its words: how long question and choices are, how much calculation, how it asks, how alike
 * the choices are, how rare the words. `own` is for a prompt that the counts were taken over.
 */
export function shapeOf(
  prompt: string,
  counts: WordCounts,
  { own = false }: { readonly own?: boolean } = {},
): Float64Array {
  const parts = partsOf(prompt);
  const rarity = (text: string) => raritiesOf(text, counts, { own });
  return Float64Array.of(
    ...lengths(parts),
    ...amounts.map(([part, pattern]) => Math.log1p(countOf(parts[part], pattern))),
    ...signs.map(([part, pattern]) => Number(pattern.test(parts[part]))),
    ...choiceNumbers(parts),
    ...rarities(parts, rarity),
  );
}

type Parts = {
  readonly text: string;
  readonly stem: string;
  readonly choices: readonly string[];
  readonly choiceText: string;
};

function partsOf(prompt: string): Parts {
  const half = readChars / 2;
  const read = prompt.length <= readChars ? prompt : `${prompt.slice(0, half)} ${prompt.slice(-half)}`;
  const text = read.replace(/\nAnswer:\s*$/, '');
  const [stem = '', ...choices] = text.split(/\n\(?[A-J][.)] /);
  return { text, stem: stem.trim(), choices, choiceText: choices.join('\n') };
}

type Part = 'text' | 'stem' | 'choiceText';

/** What is counted, and where. */
const amounts: readonly (readonly [Part, RegExp])[] = [
  ['text', /\d/g],
  ['choiceText', /\d/g],
  ['text', /[=+*/^\\<>|{}_]/g],
  ['text', /[A-Z]/g],
  ['stem', /\n/g],
  ['stem', /[.!?]\s/g],
  ['stem', /[A-Za-z]+/g],
  ['stem', /\b[A-Z][a-z]+/g],
];

/** What is there or not. */
const signs: readonly (readonly [Part, RegExp])[] = [
  ['stem', /\?$/],
  ['stem', /__/],
  ['stem', /:$/],
  ['stem', /except/i],
  ['stem', /\bnot\b/i],
  ['stem', /\b(?:NOT|EXCEPT|LEAST)\b/],
  ['text', /statement 1/i],
  ['choiceText', /all of/i],
  ['choiceText', /none of/i],
  ['choiceText', /\b(?:both|neither) /i],
  ['text', /\bI+ (?:and|only)/],
  ['stem', /^(?:which|what|who|when|where|how|why)/i],
  ['stem', /which of the following/i],
  ['stem', /\b(?:most|best|least)\b|\bprimar/i],
  ['stem', /\d{4}/],
];

function lengths({ text, stem, choices }: Parts): number[] {
  const each = choices.length === 0 ? [0] : choices.map(({ length }) => length);
  const longest = Math.max(...each);
  return [
    Math.log1p(text.length),
    Math.log1p(stem.length),
    Math.log1p(sumOf(each)),
    Math.log1p(longest),
    Math.log1p(Math.min(...each)),
    Math.log1p(spread(each)),
    choices.length,
    each.indexOf(longest),
    mean(wordsOf(stem).map(({ length }) => length)),
    Math.log1p(wordsOf(text).reduce((most, { length }) => Math.max(most, length), 0)),
  ];
}

/** How many choices begin with a number, how much they share with the question, and how much with each other. */
function choiceNumbers({ stem, choices, choiceText }: Parts): number[] {
  const said = new Set(wordsOf(stem));
  const offered = new Set(wordsOf(choiceText));
  const words = choices.map((choice) => new Set(wordsOf(choice)));
  const pairs = words.flatMap((one, at) =>
    words.slice(0, at).map((other) => {
      const shared = sharedBy(one, other);
      return shared / (1 + one.size + other.size - shared);
    }),
  );
  return [
    choices.filter((choice) => /^[-$(]?\d/.test(choice)).length,
    sharedBy(said, offered) / (1 + offered.size),
    mean(pairs),
  ];
}

function rarities({ stem, choices }: Parts, rarity: (text: string) => readonly number[]): number[] {
  const ofStem = rarity(stem).toSorted((a, b) => b - a);
  const ofEach = choices.map(rarity);
  const ofChoices = ofEach.flat();
  const means = ofEach.map(mean);
  return [
    mean(ofStem),
    ofStem[0] ?? 0,
    mean(ofStem.slice(0, 3)),
    mean(ofChoices),
    ofChoices.reduce((most, one) => Math.max(most, one), 0),
    spread(ofChoices),
    mean(means),
    means.reduce((most, one) => Math.max(most, one), 0),
  ];
}

function sharedBy(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  let shared = 0;
  for (const word of one) if (other.has(word)) shared++;
  return shared;
}

function countOf(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : sumOf(values) / values.length;
}

function spread(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}
