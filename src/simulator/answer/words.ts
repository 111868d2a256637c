/** Words that say nothing about a text's topic. */
const fillers: ReadonlySet<string> = new Set(
  'a an and are as at be but by can could did do does for from get give has have how i if in into is it its just let me more my no not of on one or our please shall should so some tell than that the their them then there these they this to two us use using want was we were what when where which who why will with would you your'.split(
    ' ',
  ),
);

/** Returns the stems of a text's meaningful words, in lower case and in order; camelCase and snake_case are split. */
export function contentWords(text: string): string[] {
  return keywords(text).map(stem);
}

/** Returns the same words unstemmed. */
export function keywords(text: string): string[] {
  const words = text
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .match(/[\p{L}\d]{2,}/gu);
  return (words ?? []).filter((word) => !fillers.has(word));
}

/** Returns how many different content words of a text are among these. */
export function overlap(text: string, words: ReadonlySet<string>): number {
  return new Set(contentWords(text).filter((word) => words.has(word))).size;
}

/** Strips plural and tense endings, roughly: enough to match "files" with "file". */
function stem(word: string): string {
  return word.length > 4 ? word.replace(/(?:ing|ies|es|ed|s)$/, '') : word;
}

export function sentencesOf(text: string): string[] {
  return text
    .split(/(?<=[.!?])\s+(?=[\p{Lu}\d"'“])|\n{1,}/u)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
}
