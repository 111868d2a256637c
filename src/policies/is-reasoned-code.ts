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
export function isReasonedCode(prompt: string): boolean {
  const said = prompt.slice(0, lookedAt);
  return perhaps.test(said) && words.test(said);
}

const sqlPerhaps = /[sS][qQ][lL]|[sS][eE][lL][eE][cC][tT]\s/;
const sqlWanted =
  /\b(?:write|create|generate|build|give me|show me|schreibe?|erstelle|écris|escribe|scrivi)\b[^.\n]{0,40}\bsql\b|\bsql[- ]?(?:query|queries|statement|abfrage)|^\s*select\b[^;]{1,200}\bfrom\b/i;

/** Whether a prompt asks for SQL, or begins with a piece of it. */
export function wantsSql(prompt: string): boolean {
  const said = prompt.slice(0, lookedAt);
  return sqlPerhaps.test(said) && sqlWanted.test(said);
}

/** The long s is an s to an expression that minds Unicode and no case. */
function inEitherCase(word: string): string {
  return word.replace(
    /[a-z]/gu,
    (letter) => `[${letter}${letter.toUpperCase()}${letter === 's' ? 'ſ' : ''}]`,
  );
}
