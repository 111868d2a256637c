/** What the tags `sql`, `algorithm` and `boilerplate` say, as prompts say it. */
const words =
  /\b(?:sql|algorithms?|boilerplate|scaffold(?:ing)?|crud|dynamic programming|shortest path|binary search|time complexity)\b|\bO\((?:1|n|log|V)/iu;

/**
 * Whether those may be among what is said: their letters in either case, wherever a word begins. An expression without
 * edges and flags passes over most of a text without stopping, in less than half of the time.
 */
const perhaps = new RegExp(
  [
    'sql',
    'algorithm',
    'boilerplate',
    'scaffold',
    'crud',
    'dynamic programming',
    'shortest path',
    'binary search',
    'time complexity',
  ]
    .map(inEitherCase)
    .concat('[oO]\\([1nNlLvV]')
    .join('|'),
);

/** As much of a prompt as its task is guessed from. */
const lookedAt = 768;

/** Whether a prompt speaks of code that a cheap model reasons through: algorithms, SQL, boilerplate. */
export function saysReasonedCode(prompt: string): boolean {
  const said = prompt.slice(0, lookedAt);
  return perhaps.test(said) && words.test(said);
}

/** The long s is an s to an expression that minds Unicode and no case. */
function inEitherCase(word: string): string {
  return word.replace(
    /[a-z]/gu,
    (letter) => `[${letter}${letter.toUpperCase()}${letter === 's' ? 'ſ' : ''}]`,
  );
}
