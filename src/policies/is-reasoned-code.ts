/** The words in prompts that mean the same as the tags `sql`, `algorithm` and `boilerplate`. */
const words =
  /\b(?:sql|algorithms?|boilerplate|scaffold(?:ing)?|crud|dynamic programming|shortest path|binary search|time complexity)\b|\bO\((?:1|n|log|V)/iu;

/**
 * A quick pre-check for those words: their letters in either case, at any position. An expression without word
 * boundaries and flags scans a text in less than half of the time.
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

/** The task of a prompt is guessed from this many characters. */
const lookedAt = 768;

/** Whether a prompt mentions code that a cheap reasoning model handles: algorithms, SQL, boilerplate. */
export function isReasonedCode(prompt: string): boolean {
  const beginning = prompt.slice(0, lookedAt);
  return perhaps.test(beginning) && words.test(beginning);
}

const sqlPerhaps = /[sS][qQ][lL]|[sS][eE][lL][eE][cC][tT]\s/;
const sqlWanted =
  /\b(?:write|create|generate|build|give me|show me|schreibe?|erstelle|écris|escribe|scrivi)\b[^.\n]{0,40}\bsql\b|\bsql[- ]?(?:query|queries|statement|abfrage)|^\s*select\b[^;]{1,200}\bfrom\b/i;

/** Whether a prompt asks for SQL or begins with an SQL statement. */
export function wantsSql(prompt: string): boolean {
  const beginning = prompt.slice(0, lookedAt);
  return sqlPerhaps.test(beginning) && sqlWanted.test(beginning);
}

/** An expression with the flags `iu` also matches the long s (`ſ`) as an s. */
function inEitherCase(word: string): string {
  return word.replace(
    /[a-z]/gu,
    (letter) => `[${letter}${letter.toUpperCase()}${letter === 's' ? 'ſ' : ''}]`,
  );
}
